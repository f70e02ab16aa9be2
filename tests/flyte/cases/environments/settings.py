"""Everything else of an environment: no part of a version."""

import flyte

image = flyte.Image.from_debian_base(python_version=(3, 12)).with_pip_packages("pandas")

env = flyte.TaskEnvironment(
    name="settings",
    image=image,
    resources=flyte.Resources(cpu=1, memory="1Gi"),
    env_vars={"A": "b"},
    secrets="token",
    reusable=flyte.ReusePolicy(replicas=2, idle_ttl=300),
    description="A description.",
    interruptible=True,
    queue="fast",
    cache=flyte.Cache("auto", serialize=True),
)
driver = flyte.TaskEnvironment(name="driver", depends_on=[env], cache="disable")


@env.task
async def task(x: int) -> int:
    return x


@driver.task
async def drive(x: int) -> int:
    return await task(x)
