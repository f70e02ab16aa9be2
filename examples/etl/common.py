"""What all stages share. No `cache=` anywhere: by default nothing is cached."""

import flyte

env = flyte.TaskEnvironment(
    name="etl",
    image=flyte.Image.from_debian_base().with_pip_packages("sqlalchemy", "pyarrow"),
    env_vars={"LOG_LEVEL": "20"},
)


def log(message: str) -> None:
    print(f"[etl] {message}")
