"""Who reaches an import: the office, and only that of the organization whose table it is."""

from django.shortcuts import get_object_or_404

from accounts.entry import PageRequest
from projects.access import batches_for
from projects.models import ImportBatch


def get_batch(request: PageRequest, batch_id: int) -> ImportBatch:
    """Return the batch without its reading: mostly it is at hand already."""
    people = ("organization", "plan", "uploaded_by__person", "applied_by__person", "undone_by__person")
    return get_object_or_404(batches_for(request.reach).select_related(*people), pk=batch_id)
