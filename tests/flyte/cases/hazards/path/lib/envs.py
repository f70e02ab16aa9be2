import flyte

env = flyte.TaskEnvironment("lib", cache="disable")
