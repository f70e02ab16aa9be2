"""What tasks take and return. The interface's hash covers the fields; no version covers the methods."""

from pydantic import BaseModel, Field


class Event(BaseModel):
    user: str
    day: int
    minutes: float = Field(ge=0)


class Profile(BaseModel):
    user: str
    active_days: int
    minutes: float
    last_day: int

    def idle(self, today: int) -> int:
        return today - self.last_day


class ModelCard(BaseModel):
    threshold: float
    trained_on: int
    note: str = ""
