"""The app of the sample office."""

from django.apps import AppConfig


class SeedsConfig(AppConfig):
    name = "seeds"
