"""Inputs and outputs as dataclasses, and a helper that no version covers."""

from dataclasses import dataclass, field


@dataclass
class Shop:
    name: str
    trend: float = 0.0


@dataclass
class Forecast:
    shop: str
    weeks: list[float] = field(default_factory=list)


def smooth(values: list[float], alpha: float) -> float:
    """Simple exponential smoothing. A change here makes stale every cached forecast: no version sees it."""
    level = values[0]
    for value in values[1:]:
        level = alpha * value + (1.0 - alpha) * level
    return level
