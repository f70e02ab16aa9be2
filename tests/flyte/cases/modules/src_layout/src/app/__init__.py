from app.envs import training

__all__ = ["training"]
