"""The system administrator's look at what was promised; it is written by the pages, the API and imports only."""

from django.contrib import admin

from accounts.admin import ReadOnlyAdmin
from projects.models import (
    CalendarDay,
    ImportBatch,
    ImportRow,
    Involvement,
    Milestone,
    MilestoneDate,
    Plan,
    Remembered,
    Section,
    Target,
    TargetItem,
    Task,
)

admin.site.register(
    [
        Plan,
        Section,
        Task,
        Involvement,
        Milestone,
        MilestoneDate,
        Target,
        TargetItem,
        ImportBatch,
        ImportRow,
        Remembered,
        CalendarDay,
    ],
    ReadOnlyAdmin,
)
