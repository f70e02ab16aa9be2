"""Values as people write them, one call a line, inside of a run."""

import math

import flyte

env = flyte.TaskEnvironment("literals", cache="auto")

RATE = 0.1
NAMES = ["a", "b"]
OPTIONS = {"depth": 3, "width": 4}
BIG = 2**40
PREFIX = "run"


@env.task
async def i(x: int) -> int:
    return 0


@env.task
async def f(x: float) -> int:
    return 0


@env.task
async def s(x: str) -> int:
    return 0


@env.task
async def b(x: bool) -> int:
    return 0


@env.task
async def none(x: None = None) -> int:
    return 0


@env.task
async def li(x: list[int]) -> int:
    return 0


@env.task
async def ls(x: list[str]) -> int:
    return 0


@env.task
async def ll(x: list[list[float]]) -> int:
    return 0


@env.task
async def di(x: dict[str, int]) -> int:
    return 0


@env.task
async def dl(x: dict[str, list[str]]) -> int:
    return 0


@env.task
async def plain(x: dict) -> int:
    return 0


@env.task
async def by_int(x: dict[int, str]) -> int:
    return 0


@env.task
async def pair(x: tuple[int, str]) -> int:
    return 0


@env.task
async def raw(x: bytes) -> int:
    return 0


@env.task
async def bare(x: list) -> int:
    return 0


@env.task
async def numbers(x: set[int]) -> int:
    return 0


@env.task
async def main() -> int:
    await i(0)
    await i(-0)
    await i(1)
    await i(-1)
    await i(+7)
    await i(~7)
    await i(1_000_000)
    await i(0x7FFF_FFFF_FFFF_FFFF)
    await i(-0x8000000000000000)
    await i(0b1011)
    await i(0o17)
    await i(2**62)
    await i(-(2**62))
    await i(-2**2)
    await i(2**3**2)
    await i(7 // 2)
    await i(-7 // 2)
    await i(7 // -2)
    await i(-7 % 3)
    await i(7 % -3)
    await i(1 << 20)
    await i(-1 >> 3)
    await i(6 & 3 | 8 ^ 1)
    await i(2 ^ 3 & 1)
    await i(BIG)
    await i(BIG + 1)
    await i(BIG * 2 - 1)
    await i(60 * 60 * 24)
    await i(True)
    await i(True + True)
    await i(len(NAMES))
    await i(len("héllo"))
    await i(int("12"))
    await i(int(3.9))
    await i(int(-3.9))
    await i(abs(-4))
    await i(OPTIONS["depth"])
    await i(1 if RATE > 0 else 2)
    await i(1 if not NAMES else 2)
    await i(x=5)
    await i(**{"x": 6})
    await i(*[8])
    await i(*(9,))
    await i(("é", 10)[1])
    await f(0.0)
    await f(-0.0)
    await f(0.1)
    await f(-0.1)
    await f(1e308)
    await f(1e309)
    await f(-1e309)
    await f(5e-324)
    await f(1e-400)
    await f(123456789012345678901234567890.0)
    await f(1_0.0_1)
    await f(1.)
    await f(.5)
    await f(1E5)
    await f(float("nan"))
    await f(float("inf"))
    await f(float("-inf"))
    await f(float("-0.0"))
    await f(float("1e3"))
    await f(float(3))
    await f(float(2**80))
    await f(math.inf)
    await f(-math.inf)
    await f(math.nan)
    await f(math.pi)
    await f(math.e)
    await f(RATE)
    await f(RATE * 3)
    await f(0.1 + 0.2)
    await f(1 / 3)
    await f(2 / 4)
    await f(1 - 0.9)
    await f(2**53 * 1.0)
    await f(abs(-0.5))
    await f(x=1e-7)
    await s("")
    await s("a")
    await s("hé")
    await s("日本語")
    await s("🎉")
    await s("e\u0301")
    await s("\u00e9")
    await s("\N{BULLET}")
    await s("\x41\101\t\n\\")
    await s("\0")
    await s(r"\n\x41")
    await s("a" "b" 'c')
    await s("a" * 3)
    await s("a" + "b")
    await s(f"{PREFIX}-{BIG}")
    await s(f"{RATE}")
    await s(f"{{{PREFIX}}}")
    await s(f"{True}{None}" "x")
    await s("""two
lines""")
    await s("a\
b")
    await s(("par"
             "ts"))
    await s(NAMES[-1])
    await s(PREFIX.upper())
    await s("a-b".replace("-", "_"))
    await s(",".join(NAMES))
    await s(str(5))
    await s(str(0.1))
    await s(PREFIX[0])
    await s("\ud83c\udf89" if False else "x")
    await s("x" or "y")
    await s("" or "y")
    await b(True)
    await b(False)
    await b(not True)
    await b(1 < 2)
    await b("a" == "b")
    await b(3 in [1, 2, 3])
    await b(bool(0))
    await b(RATE is None)
    await none()
    await none(None)
    await li([])
    await li([1, 2, 3])
    await li([3, 2, 1])
    await li([-1, 0, 2**40])
    await li([1] * 3)
    await li([1] + [2])
    await li([*[1, 2], 3])
    await li([n * n for n in range(4)])
    await li([n for n in range(10) if n % 2])
    await li(list(range(3)))
    await li(list((1, 2)))
    await li([len(n) for n in NAMES])
    await li([
        1,  # a comment
        2,
    ])
    await ls(NAMES)
    await ls([])
    await ls(["ü", "", "a b"])
    await ls(list("abc"))
    await ls([n.upper() for n in NAMES])
    await ls([*NAMES, "c"])
    await ls("a,b".split(","))
    await ls(sorted(NAMES))  # tasklens: unknown ok
    await ll([[0.1], [], [float("nan"), -0.0]])
    await ll([[1e9] * 2] * 2)
    await ll([[1.0, 2.0]])
    await ll([[1.0], [2.0]])
    await di({})
    await di({"b": 1, "a": 2})
    await di({"a": 2, "b": 1})
    await di({"a": 1, "a": 2})
    await di(dict(a=1, b=2))
    await di(dict([("z", 1), ("y", 2)]))
    await di({**OPTIONS, "depth": 9})
    await di(OPTIONS)
    await di(OPTIONS | {"x": 1})
    await di({n: k for k, n in enumerate(NAMES)})
    await di({"é": 1, "z": 2, "Z": 3, "": 4})
    await di({k: v for k, v in OPTIONS.items() if v > 3})
    await dl({"x": ["1", "2"], "a": []})
    await dl({"x": NAMES})
    await plain({"b": [1, {"c": None}], "a": 1.5})
    await plain({"a": {"z": 1, "y": True}})
    await plain({})
    await by_int({2: "b", 1: "a"})
    await by_int({-1: "x"})
    await pair((1, "a"))
    await pair((2**40, "é"))
    await raw(b"")
    await raw(b"\x00\xff")
    await raw(b"a" b"b")
    await raw("é".encode())
    await bare([1, "a", None])
    await bare([])
    await numbers({1, 2, 3})
    await numbers({3, 2, 1, 1})
    return 0


if __name__ == "__main__":
    flyte.run(main)
