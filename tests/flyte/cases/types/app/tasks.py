"""Tasks of a package, with relative imports."""

from typing import Dict, List, Optional

import flyte

from . import core
from .core import *
from .core import Settings, models
from .core.models import Hidden, Item, Part
from .core.models import LIMIT as MOST

env = flyte.TaskEnvironment("app", cache="auto")


@env.task
def config(a: Config, b: Settings, c: core.Config) -> models.Config:
    return a


@env.task
def starred(a: Kind, b: Names, c: Optional[Kind] = None) -> Pair:
    ...


@env.task
def by_attribute(a: core.models.Item, b: "models.Kind", c: List[core.Kind]) -> "core.Names":
    return {}


@env.task
def items(a: Item, b: Dict[str, Item], c: Part, d: int = MOST) -> List[Part]:
    return []


@env.task
def hidden(a: Hidden) -> int:
    # interface unknown ok: the name of the package depends on how it is run
    return 1
