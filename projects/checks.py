"""System checks of what was promised."""

from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string


@register()
def port_is_bound(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Refuse to start without a handler for changed promises: lights and reminders would silently go stale."""
    if not settings.PROMISE_CHANGED:
        return [Error("PROMISE_CHANGED is not bound in config.", id="projects.E001")]
    try:
        import_string(settings.PROMISE_CHANGED)
    except ImportError as error:
        return [Error(f"PROMISE_CHANGED cannot be imported: {error}", id="projects.E002")]
    return []
