from flyte.extras import ContainerTask

task = ContainerTask(name="bad", image="alpine:3.19", command=["ls"], cache="Auto")
