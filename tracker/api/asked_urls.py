"""The addresses of what is asked on items and answered."""

from django.urls import path

from tracker.api import closings, directives, extensions, history, obstacles, reviews

urlpatterns = [
    path("reports/<int:report_id>/reviews/", reviews.ReportReviews.as_view(), name="report_reviews"),
    path("reviews/", reviews.Reviews.as_view(), name="reviews"),
    path("reviews/<int:review_id>/", reviews.OneReview.as_view(), name="review"),
    path("tasks/<int:task_id>/extensions/", extensions.TaskExtensions.as_view(), name="task_extensions"),
    path("extensions/", extensions.Extensions.as_view(), name="extensions"),
    path("extensions/<int:extension_id>/", extensions.OneExtension.as_view(), name="extension"),
    path(
        "extensions/<int:extension_id>/decisions/", extensions.ExtensionDecisions.as_view(), name="extension_decisions"
    ),
    path(
        "extensions/<int:extension_id>/withdrawal/",
        extensions.ExtensionWithdrawal.as_view(),
        name="extension_withdrawal",
    ),
    path("tasks/<int:task_id>/obstacles/", obstacles.TaskObstacles.as_view(), name="task_obstacles"),
    path("obstacles/", obstacles.Obstacles.as_view(), name="obstacles"),
    path("obstacles/<int:obstacle_id>/", obstacles.OneObstacle.as_view(), name="obstacle"),
    path("obstacles/<int:obstacle_id>/answers/", obstacles.ObstacleAnswers.as_view(), name="obstacle_answers"),
    path("obstacles/<int:obstacle_id>/askings/", obstacles.ObstacleAskings.as_view(), name="obstacle_askings"),
    path("obstacles/<int:obstacle_id>/withdrawal/", obstacles.ObstacleWithdrawal.as_view(), name="obstacle_withdrawal"),
    path("tasks/<int:task_id>/directives/", directives.TaskDirectives.as_view(), name="task_directives"),
    path("directives/", directives.Directives.as_view(), name="directives"),
    path("directives/<int:directive_id>/", directives.OneDirective.as_view(), name="directive"),
    path("directives/<int:directive_id>/answers/", directives.DirectiveAnswers.as_view(), name="directive_answers"),
    path("directives/<int:directive_id>/askings/", directives.DirectiveAskings.as_view(), name="directive_askings"),
    path(
        "directives/<int:directive_id>/settlement/",
        directives.DirectiveSettlement.as_view(),
        name="directive_settlement",
    ),
    path(
        "directives/<int:directive_id>/withdrawal/",
        directives.DirectiveWithdrawal.as_view(),
        name="directive_withdrawal",
    ),
    path("tasks/<int:task_id>/closings/", closings.TaskClosings.as_view(), name="task_closings"),
    path("closings/", closings.Closings.as_view(), name="closings"),
    path("closings/<int:closure_id>/", closings.OneClosing.as_view(), name="closing"),
    path(
        "closings/<int:closure_id>/verification/", closings.ClosingVerification.as_view(), name="closing_verification"
    ),
    path("closings/<int:closure_id>/return/", closings.ClosingReturn.as_view(), name="closing_return"),
    path("closings/<int:closure_id>/withdrawal/", closings.ClosingWithdrawal.as_view(), name="closing_withdrawal"),
    path("tasks/<int:task_id>/history/", history.TaskHistory.as_view(), name="task_history"),
]
