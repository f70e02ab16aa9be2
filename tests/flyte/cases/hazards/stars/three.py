import flyte

env = flyte.TaskEnvironment("three", cache="override")
