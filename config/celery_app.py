"""The Celery application: it only wakes jobs, what there is to do stands in the database."""

from typing import Any

from celery import Celery
from django.conf import settings

from config.schedule import beat_schedule

EMBEDDED: dict[str, Any] = {
    "broker_url": "memory://localhost//",
    # The default of one second would allow two jobs a second.
    "broker_transport_options": {"polling_interval": 0.05},
    "worker_prefetch_multiplier": 16,
    "worker_enable_remote_control": False,
}
WITH_REDIS: dict[str, Any] = {
    "broker_url": settings.REDIS_URL,
    # Redelivery after five minutes; the jobs themselves come round long before.
    "broker_transport_options": {"visibility_timeout": 300, "health_check_interval": 25, "socket_keepalive": True},
    "worker_prefetch_multiplier": 1,
    "worker_enable_remote_control": True,  # the container's health check pings by it
}

app = Celery("duban", task_cls="tracker.traced:TracedTask")
app.conf.update(
    timezone=settings.TIME_ZONE,
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    result_backend=None,
    result_expires=None,  # else beat adds a clean-up job of its own
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=60,
    task_default_queue="duban",
    imports=["tracker.watching"],
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # the default gives up after a hundred
    worker_cancel_long_running_tasks_on_connection_loss=False,  # celery #7185: kills the main process
    worker_hijack_root_logger=False,
    beat_scheduler="celery.beat:Scheduler",  # in memory: no file to be damaged, and nothing worth remembering
    beat_schedule=beat_schedule(),
)
app.conf.update(EMBEDDED if settings.EMBEDDED else WITH_REDIS)
app.autodiscover_tasks(["tracker"], related_name="jobs")
