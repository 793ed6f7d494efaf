"""The addresses of the API."""

from django.urls import path

from tracker.api import (
    asked_urls,
    boards,
    documents,
    import_choices,
    imports,
    milestones,
    organization,
    plans,
    record,
    reports,
    targets,
    tasks,
)

app_name = "api"

urlpatterns = [
    path("schema/", documents.schema, name="schema"),
    path("docs/", documents.docs, name="docs"),
    path("plans/", plans.Plans.as_view(), name="plans"),
    path("plans/<int:plan_id>/", plans.OnePlan.as_view(), name="plan"),
    path("tasks/", tasks.Tasks.as_view(), name="tasks"),
    path("tasks/<int:task_id>/", tasks.OneTask.as_view(), name="task"),
    path("tasks/<int:task_id>/milestones/", milestones.TaskMilestones.as_view(), name="task_milestones"),
    path("milestones/<int:milestone_id>/", milestones.OneMilestone.as_view(), name="milestone"),
    path("tasks/<int:task_id>/targets/", targets.TaskTargets.as_view(), name="task_targets"),
    path("targets/<int:target_id>/", targets.OneTarget.as_view(), name="target"),
    path("tasks/<int:task_id>/reports/", reports.TaskReports.as_view(), name="task_reports"),
    path("reports/", reports.Reports.as_view(), name="reports"),
    path("reports/<int:report_id>/", reports.OneReport.as_view(), name="report"),
    path("departments/", organization.Departments.as_view(), name="departments"),
    path("departments/<int:unit_id>/", organization.OneDepartment.as_view(), name="department"),
    path("people/", organization.People.as_view(), name="people"),
    path("people/<int:person_id>/", organization.OnePerson.as_view(), name="person"),
    path("reminders/", record.Reminders.as_view(), name="reminders"),
    path("reminders/<int:reminder_id>/", record.OneReminder.as_view(), name="reminder"),
    path("deliveries/", record.Deliveries.as_view(), name="deliveries"),
    path("deliveries/<int:delivery_id>/", record.OneDelivery.as_view(), name="delivery"),
    path("imports/", imports.Imports.as_view(), name="imports"),
    path("imports/<int:batch_id>/", imports.OneImport.as_view(), name="import"),
    path("imports/<int:batch_id>/diff/", imports.ImportDiff.as_view(), name="import_diff"),
    path("imports/<int:batch_id>/questions/", imports.ImportQuestions.as_view(), name="import_questions"),
    path("imports/<int:batch_id>/columns/", import_choices.ImportColumns.as_view(), name="import_columns"),
    path("imports/<int:batch_id>/header/", import_choices.ImportHeader.as_view(), name="import_header"),
    path("imports/<int:batch_id>/discard/", import_choices.ImportDiscard.as_view(), name="import_discard"),
    path("imports/<int:batch_id>/resume/", import_choices.ImportResume.as_view(), name="import_resume"),
    path("imports/<int:batch_id>/apply/", imports.ImportApply.as_view(), name="import_apply"),
    path("imports/<int:batch_id>/undo/", imports.ImportUndo.as_view(), name="import_undo"),
    path("boards/overview/", boards.BoardOverview.as_view(), name="board"),
    path("search/", boards.Search.as_view(), name="search"),
    *asked_urls.urlpatterns,
]
