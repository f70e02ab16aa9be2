"""An environment made of a container task gives it no other name or cache."""

import flyte
from flyte.extras import ContainerTask

greet = ContainerTask(
    name="greet",
    image="alpine:3.19",
    command=["echo", "hello, {{.inputs.name}}"],
    inputs={"name": str},
    outputs={"greeting": str},
    cache="auto",
)
greet_env = flyte.TaskEnvironment.from_task("greet-env", greet)
env = flyte.TaskEnvironment("driver", depends_on=[greet_env], cache="auto")


@env.task
async def drive(name: str) -> str:
    return await greet(name=name)
