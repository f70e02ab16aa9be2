"""A folder without `__init__.py` is a package too."""

import flyte

env = flyte.TaskEnvironment("namespace", cache=flyte.Cache("auto", salt="library"))
