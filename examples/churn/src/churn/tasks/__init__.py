"""Tasks by stage."""

from .fit import fit, threshold
from .load import events, profiles
from .report import main, summary

__all__ = ["events", "fit", "main", "profiles", "summary", "threshold"]
