"""The deadline grammar: tokens, points, mentions, their part in the sentence, and the days they mean."""

from projects.reading.deadlines.reading import DeadlineReading, read_deadline

__all__ = ["DeadlineReading", "read_deadline"]
