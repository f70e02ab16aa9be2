"""Names are compared in NFKC, and private ones of a class are mangled."""

import flyte

env = flyte.TaskEnvironment("normalized", cache="auto")


@env.task
def ﬁt(ﬁ: int) -> int:
    return ﬁ


class Model:
    @env.task
    def uses(__y: int) -> int:
        return __y
