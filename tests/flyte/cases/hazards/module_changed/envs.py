import flyte

SALT = "own"
env = flyte.TaskEnvironment("module-changed", cache="auto")
