import flyte

from app.settings import CACHE, PROJECT

base = flyte.TaskEnvironment(f"{PROJECT}-base", cache=CACHE)
training = base.clone_with(name=f"{PROJECT}-training", cache=flyte.Cache("auto", salt="training"))
serving = base.clone_with(name=f"{PROJECT}-serving")
