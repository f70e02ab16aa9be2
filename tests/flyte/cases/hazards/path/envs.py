import flyte

env = flyte.TaskEnvironment("beside", cache="auto")
