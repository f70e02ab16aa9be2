"""Bodies whose text is not what it seems."""

import flyte

env = flyte.TaskEnvironment(name="bodies", cache="auto")


@env.task
def docstring(x: int) -> int:
    """First line.

    	A tab, and a line of blanks:
    
    the end.
    """
    return x


@env.task
def strings(x: int) -> str:
    return f"{x!r:>{10}} {x=}" 'a\
b' "\N{BULLET}é\x00" + b"\xff".hex() + '''
  kept
'''


@env.task
def numbers() -> float:
    return 0xFF + 1_000 + 1e400 + 0.1 + 1j.imag


@env.task
def ünïcode(größe: int) -> int:
    return größe


@env.task
def one_line(x: int) -> int: return x


@env.task
def nested(x: int) -> int:
    @staticmethod
    def inner(y: int, /, *args, z=1, **kwargs) -> int:
        return y

    class Local:
        a: int = 1

        def method(self):
            return lambda: self.a

    match x:
        case 1 | 2:
            return 1
        case {"a": [1, *_]}:
            return 2
    return [y for y in range(3) if y][0] if False else inner(x)


@env.task
def defaults(a: int = 1, b: str = "b", *, c: list[int] | None = None, d: dict[str, int] = {"a": 1}) -> tuple[int, str]:
    return a, b
