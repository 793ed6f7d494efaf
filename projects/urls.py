"""The addresses of this app's pages."""

from django.urls import path

from projects import (
    acting_views,
    calendar_views,
    carry_views,
    dividing_views,
    item_views,
    plan_views,
    staff_views,
    table_views,
    unit_views,
)
from projects.import_views import (
    checking,
    choosing,
    discarding,
    matching,
    merging,
    reading,
    together,
    undoing,
    uploading,
)

app_name = "projects"

urlpatterns = [
    path("plans/", plan_views.plans, name="plans"),
    path("plans/add/", plan_views.plan_add, name="plan_add"),
    path("plans/<int:plan_id>/edit/", plan_views.plan_edit, name="plan_edit"),
    path("plans/<int:plan_id>/", plan_views.plan, name="plan"),
    path("plans/<int:plan_id>/issue/", plan_views.plan_issue, name="plan_issue"),
    path("plans/<int:plan_id>/carry-over/", carry_views.carry_over, name="carry_over"),
    path("plans/<int:plan_id>/table/", table_views.plan_table, name="plan_table"),
    path("plans/<int:plan_id>/table/<int:task_id>/", table_views.plan_cell, name="plan_cell"),
    path("plans/<int:plan_id>/table/column/", table_views.plan_column, name="plan_column"),
    path("plans/<int:plan_id>/table/move/", table_views.plan_move, name="plan_move"),
    path("plans/<int:plan_id>/table/undo/", table_views.plan_undo, name="plan_undo"),
    path("items/<int:task_id>/split/", dividing_views.item_split, name="item_split"),
    path("plans/<int:plan_id>/items/add/", item_views.item_add, name="item_add"),
    path("plans/<int:plan_id>/items/<str:act>/", acting_views.items_act, name="items_act"),
    path("items/<int:task_id>/edit/", item_views.item_edit, name="item_edit"),
    path("calendar/", calendar_views.calendar, name="calendar"),
    path("calendar/<int:day_id>/remove/", calendar_views.calendar_remove, name="calendar_remove"),
    path("people/import/", staff_views.staff_import, name="staff_import"),
    path("people/units/<int:unit_id>/pass-on/", unit_views.unit_pass_on, name="unit_pass_on"),
    path("imports/", uploading.imports, name="imports"),
    path("imports/<int:batch_id>/", checking.import_check, name="import"),
    path("imports/<int:batch_id>/decide/", checking.import_decide, name="import_decide"),
    path("imports/<int:batch_id>/together/<str:kind>/", together.import_together, name="import_together"),
    path("imports/<int:batch_id>/roles/", choosing.import_roles, name="import_roles"),
    path("imports/<int:batch_id>/header/", choosing.import_header, name="import_header"),
    path("imports/<int:batch_id>/discard/", discarding.import_discard, name="import_discard"),
    path("imports/<int:batch_id>/resume/", discarding.import_resume, name="import_resume"),
    path("imports/<int:batch_id>/plan/", choosing.import_plan, name="import_plan"),
    path("imports/<int:batch_id>/as-before/", choosing.import_as_before, name="import_as_before"),
    path("imports/<int:batch_id>/match/<int:place>/", matching.import_match, name="import_match"),
    path("imports/<int:batch_id>/merge/", merging.import_merge, name="import_merge"),
    path("imports/<int:batch_id>/read/", reading.import_read, name="import_read"),
    path("imports/<int:batch_id>/progress/", reading.import_progress, name="import_progress"),
    path("imports/<int:batch_id>/undo/", undoing.import_undo, name="import_undo"),
    path("imports/<int:batch_id>/apply/", checking.import_apply, name="import_apply"),
    path("imports/<int:batch_id>/file/", uploading.import_file, name="import_file"),
]
