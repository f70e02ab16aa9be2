"""Pydantic models."""

import datetime
from typing import Annotated, ClassVar, Dict, List, Literal, Optional, Union

import flyte
import pydantic
from flyte.io import File
from pydantic import BaseModel, ConfigDict, Field, field_validator

env = flyte.TaskEnvironment("models", cache="auto")


class Query(BaseModel):
    """Asks for something.

    In two paragraphs.
    """

    text: str
    max_rows: int = 10
    score: float = 0.5
    maybe: Optional[str] = None
    exact: bool = False
    tags: list[str] = []
    weights: dict[str, float] = {}


class Config(pydantic.BaseModel):
    query: Query
    queries: List[Query]
    other: Query | None = None
    either: Union[int, str, None] = None
    when: datetime.datetime
    day: Optional[datetime.date] = None
    mode: Literal["a", "b"] = "a"
    items: list = []
    table: dict[int, str] = {}
    pair: tuple[int, str] = (1, "a")


class Base(BaseModel):
    a: int
    b: str = "b"


class Derived(Base):
    c: float = 0.5

    def total(self) -> float:
        return self.a + self.c

    @property
    def name(self) -> str:
        return self.b


class Quoted(BaseModel):
    query: "Query"
    more: List["Query"] = []


class Files(BaseModel):
    file: File
    files: list[File]


class Defaults(BaseModel):
    LIMIT: ClassVar[int] = 3
    a: int = Field(default=3)
    b: int = Field(4)
    c: list[int] = Field(default_factory=list)
    d: int = Field(...)


class Described(BaseModel):
    a: int = Field(description="what it is")


class Constrained(BaseModel):
    a: Annotated[int, Field(gt=0)]


class Configured(BaseModel):
    model_config = ConfigDict(title="Other")
    a: int


class OldConfigured(BaseModel):
    a: int

    class Config:
        title = "Other"


class Validated(BaseModel):
    a: int

    @field_validator("a")
    @classmethod
    def check(cls, value):
        return value


class Nothing(BaseModel):
    pass


@env.task
def query(a: Query, b: Optional[Query] = None) -> Query:
    return a


@env.task
def config(a: Config) -> list[Config]:
    return []


@env.task
def derived(a: Derived, b: Base) -> Derived:
    return a


@env.task
def quoted(a: Quoted) -> Quoted:
    return a


@env.task
def files(a: Files) -> Files:
    return a


@env.task
def defaults(a: Defaults) -> Defaults:
    return a


@env.task
def nothing(a: Nothing) -> int:
    return 1


@env.task
def described(a: Described) -> int:
    return 1


@env.task
def constrained(a: Constrained) -> int:
    # interface unknown ok: Field says more
    return 1


@env.task
def configured(a: Configured) -> int:
    # interface unknown ok: settings of the model
    return 1


@env.task
def old_configured(a: OldConfigured) -> int:
    # interface unknown ok: settings of the model
    return 1


@env.task
def validated(a: Validated) -> int:
    # interface unknown ok: a validator
    return 1
