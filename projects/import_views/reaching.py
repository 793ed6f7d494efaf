"""Who reaches an import: the office, and only that of the organization whose table it is."""

from django.shortcuts import get_object_or_404

from accounts.access import require_office
from accounts.entry import PageRequest
from projects.models import ImportBatch


def get_batch(request: PageRequest, batch_id: int) -> ImportBatch:
    require_office(request.reach)
    batches = ImportBatch.objects.filter(organization=request.reach.organization_id)
    return get_object_or_404(batches.select_related("organization", "plan", "applied_by__person"), pk=batch_id)
