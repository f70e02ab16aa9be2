"""A package with `src/` layout: environments re-exported here, tasks with relative imports.

The project runs under Python 3.11, and its image takes the submitting Python: one version per task, that of 3.11.
"""

from .envs import base_env, model_env
from .envs import report_env as reporting

__all__ = ["base_env", "model_env", "reporting"]
