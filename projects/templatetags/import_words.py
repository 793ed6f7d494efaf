"""What templates say of an uploaded file that was not read."""

from django import template

from projects.importing import refusals
from projects.models import ImportBatch

register = template.Library()


@register.filter
def refusal(batch: ImportBatch) -> str:
    """Return why the file was not read, in the language of the page."""
    return refusals.refusal_text(batch)


@register.filter
def is_kept(batch: ImportBatch) -> bool:
    """Say whether the file itself is there."""
    return refusals.is_kept(batch)
