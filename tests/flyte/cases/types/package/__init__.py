from .shapes import Color, Point, Thing
from .shapes import Vector as Numbers

__all__ = ["Color", "Numbers", "Point", "Thing"]
