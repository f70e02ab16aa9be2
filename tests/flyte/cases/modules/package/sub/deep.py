from .. import sub
from ..constants import SALT
from ..sub import env

import flyte


@env.task
def a(x: int) -> int:
    return x


@sub.env.task(cache=flyte.Cache("auto", salt=SALT))
def b(x: int) -> int:
    return x
