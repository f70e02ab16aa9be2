"""The package's environments."""

import flyte

from .settings import NAME, nightly

image = flyte.Image.from_debian_base(name=NAME).with_pip_packages("polars", "lightgbm")

base_env = flyte.TaskEnvironment(name=NAME, image=image, cache=nightly)

# A clone inherits what it isn't given: image and cache too.
model_env = base_env.clone_with(name=f"{NAME}-model", resources=flyte.Resources(cpu=8, memory="32Gi"))

# `cache` given: the clone is no longer cached.
report_env = base_env.clone_with(f"{NAME}-report", cache="disable", depends_on=[base_env, model_env])
