"""Wires the apps: settings, addresses, the clock's table and the Celery application."""

import os

# Before any module here reads a setting: celery names the application and no settings.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
