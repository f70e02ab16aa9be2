from ..envs import env

__all__ = ["env"]
