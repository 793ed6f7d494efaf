"""The WSGI application that gunicorn and `serve` call."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

COLLECTED_AFTER = 50_000
"""So many new objects before the collector looks at them: a page makes some thousands and drops them by itself."""


def _settle() -> None:
    """Load every page and set apart what stands then, or each tenth look of the collector goes through all of it."""
    get_resolver().url_patterns  # noqa: B018 - reading it loads them
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECTED_AFTER, 20, 50)


application = get_wsgi_application()
_settle()
