import flyte

env = flyte.TaskEnvironment("changed", cache="auto")
