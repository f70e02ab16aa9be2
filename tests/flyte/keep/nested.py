import flyte

RAN = []
env = flyte.TaskEnvironment("nested", cache="auto")

if True:

    @env.task(
        retries=3,
    )
    def f(x: int) -> int:
        """Old."""
        RAN.append("f")
        return x
