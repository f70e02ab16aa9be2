"""What `Field(…)` of a Pydantic model says stands in its schema: limits and remarks."""

from typing import Annotated, Dict, List, Optional, Union

import flyte
from pydantic import BaseModel, Field

env = flyte.TaskEnvironment("constraints", cache="auto")

LARGEST = 10


class Numbers(BaseModel):
    a: int = Field(3, ge=0, lt=LARGEST)
    b: float = Field(0.1, gt=0, le=1)
    c: float = Field(..., ge=0.5, le=1.5, multiple_of=0.5)
    d: int = Field(default=2, multiple_of=2, gt=-1, le=2**40)
    e: float = Field(default=1.0, lt=1e300)
    f: int = Field(ge=1)


class Texts(BaseModel):
    a: str = Field("x", min_length=1, max_length=5, pattern="^x")
    b: str = Field(max_length=3, description="short")
    c: str = Field("", pattern=r"^\d*$")


class Containers(BaseModel):
    a: list[int] = Field([1], min_length=1, max_length=3)
    b: List[str] = Field(default_factory=list, max_length=3)
    c: dict[str, int] = Field(default_factory=dict, min_length=0, max_length=4)
    d: Dict[str, float] = Field(default_factory=dict, max_length=4)


class Optionals(BaseModel):
    a: Optional[int] = Field(None, ge=0, description="a count")
    b: int | None = Field(default=None, multiple_of=2, title="Bee")
    c: Union[None, str] = Field(None, max_length=3)
    d: Optional[list[str]] = Field(None, max_length=3, examples=[["a"]])
    e: Optional[float] = Field(default=0.5, gt=0.0)


class Remarks(BaseModel):
    """Said of fields."""

    a: int = Field(1, title="An A", description="what it is", examples=[1, 2], repr=False, frozen=True)
    b: bool = Field(True, description="")
    c: str = Field("c", description="one "
                   "and two")
    d: list[int] = Field(default_factory=list, description=f"up to {LARGEST}")
    e: int = Field(4, ge=None, description=None)


class Inherited(Numbers):
    f: int = Field(7, le=9)
    g: str = Field("g", description="more")


class Inner(BaseModel):
    n: int = Field(1, ge=1)


class Outer(BaseModel):
    inner: Inner
    inners: list[Inner] = Field(default_factory=list, max_length=2, description="several")


class Class(BaseModel):
    inner: Inner = Field(default_factory=Inner, description="of a class")


class Several(BaseModel):
    a: int | str = Field(1, ge=0)


class Alias(BaseModel):
    a: int = Field(1, alias="b")


class Extra(BaseModel):
    a: int = Field(1, json_schema_extra={"x": 1})


class InAnnotation(BaseModel):
    a: Annotated[int, Field(ge=0)] = 1


@env.task
def numbers(a: Numbers) -> Numbers:
    return a


@env.task
def texts(a: Texts) -> Texts:
    return a


@env.task
def containers(a: Containers) -> Containers:
    return a


@env.task
def optionals(a: Optionals) -> list[Optionals]:
    return [a]


@env.task
def remarks(a: Remarks) -> Optional[Remarks]:
    return a


@env.task
def inherited(a: Inherited) -> Inherited:
    return a


@env.task
def nested(a: Outer) -> dict[str, Outer]:
    return {"a": a}


@env.task
def of_class(a: Class) -> Class:
    # interface unknown ok: versions of Pydantic write it differently
    return a


@env.task
def several(a: Several) -> int:
    # interface unknown ok: which of the types the limit is of
    return 1


@env.task
def alias(a: Alias) -> int:
    # interface unknown ok: other names
    return 1


@env.task
def extra(a: Extra) -> int:
    # interface unknown ok: what is put into the schema
    return 1


@env.task
def in_annotation(a: InAnnotation) -> int:
    # interface unknown ok: metadata of an annotation
    return 1
