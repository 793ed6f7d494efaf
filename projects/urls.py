"""The addresses of this app's pages."""

from django.urls import path

from projects import carry_views, plan_views
from projects.import_views import checking, together, uploading

app_name = "projects"

urlpatterns = [
    path("plans/", plan_views.plans, name="plans"),
    path("plans/<int:plan_id>/", plan_views.plan, name="plan"),
    path("plans/<int:plan_id>/issue/", plan_views.plan_issue, name="plan_issue"),
    path("plans/<int:plan_id>/carry-over/", carry_views.carry_over, name="carry_over"),
    path("imports/", uploading.imports, name="imports"),
    path("imports/<int:batch_id>/", checking.import_check, name="import"),
    path("imports/<int:batch_id>/decide/", checking.import_decide, name="import_decide"),
    path("imports/<int:batch_id>/together/<str:kind>/", together.import_together, name="import_together"),
    path("imports/<int:batch_id>/apply/", checking.import_apply, name="import_apply"),
    path("imports/<int:batch_id>/file/", uploading.import_file, name="import_file"),
]
