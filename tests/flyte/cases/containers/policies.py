"""A container task keeps policies of the project's own after the container's, and drops `FunctionBodyPolicy`."""

import flyte
from flyte._cache import FunctionBodyPolicy
from flyte.extras import ContainerTask


class Dataset:
    def get_version(self, salt: str, params) -> str:
        return "3"


own = ContainerTask(
    name="own",
    image="alpine:3.19",
    command=["ls"],
    cache=flyte.Cache("auto", policies=[FunctionBodyPolicy(), Dataset()]),  # tasklens: unknown ok
)
body = ContainerTask(
    name="body", image="alpine:3.19", command=["ls"], cache=flyte.Cache("auto", policies=FunctionBodyPolicy())
)
