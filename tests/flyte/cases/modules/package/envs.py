import flyte

env = flyte.TaskEnvironment("package", cache="auto")
