import flyte

__all__ = ["other"]

env = flyte.TaskEnvironment("two", cache="disable")
other = flyte.TaskEnvironment("other", cache="override")
