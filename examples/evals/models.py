"""Pydantic and enum inputs. A field more is another interface, so another key, though no version changes."""

from enum import Enum

from pydantic import BaseModel


class Grade(Enum):
    PASS = "pass"
    FAIL = "fail"


class Case(BaseModel):
    prompt: str
    expected: str
    tags: list[str] = []


class Judgement(BaseModel):
    case: Case
    answer: str
    grade: Grade
