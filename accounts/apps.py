"""The app of who is who."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from accounts.taking_turns import note_who_waits


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        connection_created.connect(note_who_waits)
