"""The addresses of webhooks."""

from django.urls import path

from tracker.api import webhooks

urlpatterns = [
    path("webhooks/", webhooks.Webhooks.as_view(), name="webhooks"),
    path("webhooks/<int:webhook_id>/", webhooks.OneWebhook.as_view(), name="webhook"),
    path("webhooks/<int:webhook_id>/secrets/", webhooks.WebhookSecrets.as_view(), name="webhook_secrets"),
    path("webhooks/<int:webhook_id>/withdrawal/", webhooks.WebhookWithdrawal.as_view(), name="webhook_withdrawal"),
    path("webhooks/<int:webhook_id>/trials/", webhooks.WebhookTrials.as_view(), name="webhook_trials"),
    path("webhooks/<int:webhook_id>/deliveries/", webhooks.WebhookDeliveries.as_view(), name="webhook_deliveries"),
    path(
        "webhooks/<int:webhook_id>/deliveries/<int:delivery_id>/replays/",
        webhooks.WebhookDeliveryReplays.as_view(),
        name="webhook_delivery_replays",
    ),
    path("webhooks/<int:webhook_id>/replays/", webhooks.WebhookReplays.as_view(), name="webhook_replays"),
]
