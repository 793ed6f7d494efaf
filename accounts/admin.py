"""The system administrator's look at who is who: everything can be read, only a sign-in can be switched off and on."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from accounts.choices import Door
from accounts.clock import business_today
from accounts.history import Actor
from accounts.models import (
    Department,
    DepartmentAlias,
    DepartmentGroup,
    GroupMember,
    HistoryEntry,
    Membership,
    Organization,
    Person,
    Post,
    PostHolding,
    RoleGrant,
    User,
)
from accounts.registering import set_active

if TYPE_CHECKING:
    AnyAdmin = admin.ModelAdmin[Any]
else:
    AnyAdmin = admin.ModelAdmin


class ReadOnlyAdmin(AnyAdmin):
    """Show rows and change none: what is written here would stand in no history."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(AnyAdmin):
    list_display = ("username", "person", "organization", "is_active", "is_staff", "last_login")
    list_select_related = ("person", "organization")
    search_fields = ("username", "person__name")
    fields = ("username", "person", "organization", "is_active", "is_staff", "is_superuser", "last_login")
    readonly_fields = ("username", "person", "organization", "is_staff", "is_superuser", "last_login")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: Any) -> None:
        by = Actor(cast(User, request.user), Door.PAGE, business_today())
        set_active(user=obj, active=obj.is_active, by=by)


@admin.register(HistoryEntry)
class HistoryEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "action", "object_type", "object_id", "object_version", "actor_name", "door")
    list_filter = ("door", "object_type")
    ordering = ("-pk",)


admin.site.register(
    [
        Organization,
        Department,
        DepartmentAlias,
        DepartmentGroup,
        GroupMember,
        Person,
        Membership,
        Post,
        PostHolding,
        RoleGrant,
    ],
    ReadOnlyAdmin,
)
