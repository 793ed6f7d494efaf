"""The addresses of this app's pages."""

from django.urls import path

from projects import import_views, plan_views

app_name = "projects"

urlpatterns = [
    path("plans/", plan_views.plans, name="plans"),
    path("plans/<int:plan_id>/", plan_views.plan, name="plan"),
    path("plans/<int:plan_id>/issue/", plan_views.plan_issue, name="plan_issue"),
    path("imports/", import_views.imports, name="imports"),
    path("imports/<int:batch_id>/", import_views.import_check, name="import"),
    path("imports/<int:batch_id>/decide/", import_views.import_decide, name="import_decide"),
    path("imports/<int:batch_id>/apply/", import_views.import_apply, name="import_apply"),
    path("imports/<int:batch_id>/file/", import_views.import_file, name="import_file"),
]
