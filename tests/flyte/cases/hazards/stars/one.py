import flyte

env = flyte.TaskEnvironment("one", cache="auto")
_private = flyte.TaskEnvironment("private", cache="auto")
