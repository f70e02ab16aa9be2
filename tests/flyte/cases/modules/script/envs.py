import flyte

env = flyte.TaskEnvironment("shared", cache=flyte.Cache("auto", salt="envs"))
other = env.clone_with("other", cache="disable")
CACHE = flyte.Cache("override", version_override="envs-1")
NAME = "from-envs"
TAG = f"{NAME}-tag"
