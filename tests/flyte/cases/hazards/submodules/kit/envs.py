import flyte

env = flyte.TaskEnvironment("kit", cache="auto")
