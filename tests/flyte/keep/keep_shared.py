from flyte import Cache, TaskEnvironment

CACHED = Cache("auto", serialize=True, ignored_inputs=("x",), salt='a"b')
env = TaskEnvironment("keep_shared", cache=Cache("auto", ignored_inputs=["x"], max_age=60))
