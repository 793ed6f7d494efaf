"""The addresses of what goes down to organizations below and comes from the one above."""

from django.urls import path

from tracker.api import from_above, hand_downs

urlpatterns = [
    path("child-organizations/", hand_downs.ChildOrganizations.as_view(), name="child_organizations"),
    path("tasks/<int:task_id>/hand-downs/", hand_downs.TaskHandDowns.as_view(), name="task_hand_downs"),
    path("hand-downs/", hand_downs.HandDowns.as_view(), name="hand_downs"),
    path("hand-downs/<int:hand_down_id>/", hand_downs.OneHandDown.as_view(), name="hand_down"),
    path(
        "hand-downs/<int:hand_down_id>/withdrawal/",
        hand_downs.HandDownWithdrawal.as_view(),
        name="hand_down_withdrawal",
    ),
    path("from-above/", from_above.FromAbove.as_view(), name="from_above"),
    path("from-above/<int:from_above_id>/", from_above.OneFromAbove.as_view(), name="from_above_one"),
    path("from-above/<int:from_above_id>/taking/", from_above.FromAboveTaking.as_view(), name="from_above_taking"),
    path(
        "from-above/<int:from_above_id>/declining/",
        from_above.FromAboveDeclining.as_view(),
        name="from_above_declining",
    ),
]
