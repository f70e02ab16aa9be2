"""Environments in a module beside the scripts: `from envs import …` works because Python runs a script from its folder."""

import flyte
from flyte import Cache, Resources, TaskEnvironment

PROJECT = "house-prices"

image = flyte.Image.from_debian_base().with_pip_packages("scikit-learn", "pandas", "pyarrow")

# Everything that turns data into data is cached; a change of its code recomputes it.
features = TaskEnvironment(name=f"{PROJECT}-features", image=image, cache="auto")

training = TaskEnvironment(
    f"{PROJECT}-training",
    image=image,
    resources=Resources(cpu=4, memory="8Gi"),
    depends_on=[features],
    cache=Cache("auto", serialize=True),
)

# What talks to the outside is never cached.
publishing = TaskEnvironment(name=PROJECT + "-publishing", depends_on=[training, features])
