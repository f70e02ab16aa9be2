from flyte import Cache

PROJECT = "app"
CACHE = Cache("auto", ignored_inputs=["verbose"], max_age=3600)
