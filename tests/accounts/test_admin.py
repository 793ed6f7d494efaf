"""The administration pages read everything and write next to nothing."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import HistoryEntry, Person, User
from projects.models import ImportBatch, Plan, Task
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(cast: Cast) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root", organization=cast.organization))
    return client


def test_every_list_can_be_read(administrator: Client, plan: Plan) -> None:
    ours = [model for model in admin.site._registry if model._meta.app_label in {"accounts", "projects"}]
    assert {Task, Person, HistoryEntry, ImportBatch} <= set(ours)
    for model in ours:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        assert administrator.get(reverse(name)).status_code == 200


def test_nothing_is_added_changed_or_deleted(administrator: Client, plan: Plan) -> None:
    for model in admin.site._registry:
        if model._meta.app_label in {"accounts", "projects"}:
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            assert administrator.get(reverse(f"{name}_add")).status_code == 403
    for act in ("change", "delete"):
        path = reverse(f"admin:projects_plan_{act}", args=[plan.pk])
        assert administrator.post(path, {"title": "改", "post": "yes"}).status_code == 403


def test_a_sign_in_is_switched_off_with_history(cast: Cast, administrator: Client) -> None:
    path = reverse("admin:accounts_user_change", args=[cast.clerk.pk])
    administrator.post(path, {"username": "renamed", "is_superuser": "on"})
    cast.clerk.refresh_from_db()
    assert (cast.clerk.is_active, cast.clerk.username, cast.clerk.is_superuser) == (False, "clerk", False)
    entry = HistoryEntry.objects.get(action="user.deactivated")
    assert (entry.object_id, entry.actor_name) == (cast.clerk.pk, "root")


def test_the_office_is_no_system_administrator(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.office)
    assert client.get("/admin/").status_code == 302
