"""What counts as done: amounts, and lists that end in their own count."""

from projects.reading.targets.levels import is_level
from projects.reading.targets.reading import TargetsReading, read_targets

__all__ = ["TargetsReading", "is_level", "read_targets"]
