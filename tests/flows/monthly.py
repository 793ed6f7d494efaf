"""A month's steps as the cast takes them through the pages."""

from datetime import date

from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from projects.models import Task
from tests.tracker.visits import answer_for
from tracker.models import ProgressReport


def on_day(settings: Settings, day: date) -> None:
    """Let the pages believe that it is this day."""
    settings.BUSINESS_DAY_SHIFT = (day - timezone.localtime().date()).days


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def reported(clerk: Client, task: Task, **said: str) -> str:
    """Report through the item's form and return the page that follows."""
    address = f"/items/{task.pk}/report/"
    answer = clerk.post(address, answer_for(text(clerk, address), **said), follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def accepted(office: Client, task: Task) -> None:
    report = ProgressReport.objects.filter(task=task).latest("pk")
    assert report.sentence in text(office, "/reviews/")
    office.post(f"/reviews/{report.pk}/accept/", {"version": report.version})
    assert report.sentence not in text(office, "/reviews/")
