import flyte  # noqa: F401
from flyte.extras import ContainerTask

task = ContainerTask(name="numbers", image="alpine:3.19", command=["sleep", 3], cache="auto")
