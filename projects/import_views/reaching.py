"""Who reaches an import: the office, and only that of the organization whose table it is."""

from django.shortcuts import get_object_or_404

from accounts.access import require_office
from accounts.entry import PageRequest
from projects.models import ImportBatch


def get_batch(request: PageRequest, batch_id: int) -> ImportBatch:
    """Return the batch without its reading: a long one is megabytes, and mostly it is at hand already."""
    require_office(request.reach)
    batches = ImportBatch.objects.filter(organization=request.reach.organization_id)
    people = ("organization", "plan", "uploaded_by__person", "applied_by__person", "undone_by__person")
    return get_object_or_404(batches.select_related(*people).defer("reading"), pk=batch_id)
