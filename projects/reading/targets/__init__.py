"""What counts as done: amounts, and lists that end in their own count."""

from projects.reading.targets.reading import TargetsReading, read_targets

__all__ = ["TargetsReading", "read_targets"]
