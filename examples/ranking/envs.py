"""One environment; the cache specs are constants, shared by the tasks."""

from datetime import timedelta

from flyte import Cache, TaskEnvironment
from flyte._cache import FunctionBodyPolicy

from policies import SchemaPolicy

RELEASE = "2025-03"

env = TaskEnvironment("ranking")

# Auto by its first word, pinned by its second: the string is the version, and edits of the code do not count.
PINNED = Cache("auto", "1.0")

# The same pin through `override`; on top of it a local run executes always, since only auto reads the local cache.
FROZEN = Cache(behavior="override", version_override=f"clicks-{RELEASE}")

# Not pinned: `override` without a version follows the code, as auto does.
LOOSE = Cache("override")

# The code and a schema file.
TYPED = Cache("auto", policies=[FunctionBodyPolicy(), SchemaPolicy("schema.json")], max_age=timedelta(days=30))
