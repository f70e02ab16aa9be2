"""One definition, several tasks."""

import flyte

for stage in ("dev", "prod"):
    env = flyte.TaskEnvironment(f"loop-{stage}", cache="auto")

    @env.task
    def task(x: int) -> int:  # tasklens: unknown ok
        return x
