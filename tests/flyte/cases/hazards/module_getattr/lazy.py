import flyte


def __getattr__(name):
    if name == "env":
        return flyte.TaskEnvironment("lazy", cache="auto")
    raise AttributeError(name)
