"""All settings, read from the environment with types; a bad value stops the start."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.FileAwareEnv()  # NAME_FILE names a file that holds NAME, mostly with a line end to strip

DEBUG = env.bool("DEBUG", default=False)
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
SECURE = BASE_URL.startswith("https://")
SECRET_KEY = env.str("SECRET_KEY", default="").strip()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", urlsplit(BASE_URL).hostname or ""])
CSRF_TRUSTED_ORIGINS = [BASE_URL]
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Shanghai")
BUSINESS_DAY_SHIFT = env.int("BUSINESS_DAY_SHIFT", default=0)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "accounts",
    "projects",
    "tracker",
    "seeds",
]
MIDDLEWARE = [
    "accounts.measuring.measured",
    "django.middleware.security.SecurityMiddleware",
    "accounts.compressing.CompressingMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tracker.api.gate.problems_only",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.language.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
CELERY_APP = "config.celery_app.app"
TEMPLATES = [
    {
        "BACKEND": "accounts.rendering.PageTemplates",
        "NAME": "django",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tracker.navigation.navigation",
            ],
        },
    }
]

# Pages below link to an item by its address, which belongs to the app above them.
ABSOLUTE_URL_OVERRIDES = {"projects.task": lambda task: f"/items/{task.pk}/"}

# What stands above is told of changed promises through this one binding (projects/ports.py).
PROMISE_CHANGED = "tracker.standing.promise_changed"

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
}
# A process with threads shares connections; one without has no pool and so finds a database that is back at once.
DATABASE_POOL = env.int("DATABASE_POOL", default=16)
# What every request asks is planned once a connection. A pooler between that shares connections by the statement forbids it.
DATABASE_PREPARES = env.bool("DATABASE_PREPARES", default=True)
POSTGRES_OPTIONS = {
    "prepare_threshold": 0 if DATABASE_PREPARES else None,
    "pool": {"min_size": 0, "max_size": DATABASE_POOL, "timeout": 10} if DATABASE_POOL else None,
    "options": "-c jit=off -c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s",
}
DATABASE_URL = env.str("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'duban.sqlite3'}").strip()
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
DATABASES["default"]["OPTIONS"] = (
    SQLITE_OPTIONS if DATABASES["default"]["ENGINE"].endswith("sqlite3") else POSTGRES_OPTIONS
)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# SQLite leaves out the columns that an index of PostgreSQL carries along: nothing but speed depends on them.
SILENCED_SYSTEM_CHECKS = ["models.W040"]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "accounts.backends.CodeBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:login"

# Five failures in fifteen minutes lock the account from that source for half an hour (MLPS level 3).
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"
AXES_RESET_ON_SUCCESS = True

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_SAMESITE = True, SECURE, "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "accounts.collected.CollectedStorage"},
}
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A long table is decided in one form: several fields an item.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

EMAIL_URL = env.str("EMAIL_URL", default=f"filemail:///{VAR_DIR / 'mail'}").strip()
vars().update(env.email_url_config(EMAIL_URL))
EMAIL_TIMEOUT = 10  # for each command: a relay that stalls must not outlast the lease
# A process that delivers holds so many connections at most.
MAIL_CONNECTIONS = env.int("MAIL_CONNECTIONS", default=2)
# And so many messages are under way in it: twice as many, so that no connection waits for the database. SQLite has one pen.
DELIVERY_LANES = env.int(
    "DELIVERY_LANES", default=1 if "sqlite" in DATABASES["default"]["ENGINE"] else 2 * MAIL_CONNECTIONS
)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="duban@localhost")

SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "__Host-sessionid" if SECURE else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if SECURE else "csrftoken"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_FAILURE_VIEW = "accounts.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "connect-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}

REDIS_URL = env.str("REDIS_URL", default="").strip()
EMBEDDED = not REDIS_URL

# How often a caller of the API may ask, and how long a body of JSON may be. Counted where all processes see it; pages keep
# what they keep in their own process.
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=600)
API_BODY_BYTES = 1024 * 1024
IN_PROCESS = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
SHARED = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
CACHES = {"default": IN_PROCESS, "limits": {**IN_PROCESS, "LOCATION": "limits"} if EMBEDDED else SHARED}
REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "tracker.api.problems.answer_to",
    "DEFAULT_SCHEMA_CLASS": "tracker.api.describing.Description",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Duban",
    "VERSION": "1.0.0",
    "SERVERS": [{"url": "/"}],
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["tracker.api.describing.finished"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "COMPONENT_SPLIT_REQUEST": False,
    "COMPONENT_SPLIT_PATCH": False,
}

# Seals what outlets are told (webhook keys, secrets); words apart, the first seals and each of them opens.
SEAL_KEY = env.str("SEAL_KEY", default="").strip()
REMINDER_LEASE_SECONDS = env.int("REMINDER_LEASE_SECONDS", default=120)
REMINDER_GATHER_SECONDS = env.int("REMINDER_GATHER_SECONDS", default=20)

# Messages go out to public addresses over https; these inner gateways, exact host:port, may be reached besides.
OUTGOING_ALLOWED = [place.strip().lower() for place in env.list("OUTGOING_ALLOWED", default=[])]
REMINDER_POLL_SECONDS = env.float("REMINDER_POLL_SECONDS", default=5)
REMINDER_SETTLE_SECONDS = env.float("REMINDER_SETTLE_SECONDS", default=30)

# A worker that heard nothing from its broker for so long, or a beat that stood still, ends and is started anew.
DEAF_SECONDS = env.int("DEAF_SECONDS", default=180)
# How many seconds old what a page says of the installation may be; below 0 pages say nothing of it.
ALARM_SECONDS = env.int("ALARM_SECONDS", default=10)

# Who says it as a bearer reads the figures at /metrics; without it there is no such address.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="").strip()
# The figures of several web processes come together in this folder, which starts empty with them.
if METRICS_FOLDER := env.str("PROMETHEUS_MULTIPROC_DIR", default=""):
    Path(METRICS_FOLDER).mkdir(parents=True, exist_ok=True)

# Lines for people, or one object of JSON each for what collects them; with these each request and job leaves a line too.
LOG_FORMAT = env.str("LOG_FORMAT", default="line" if EMBEDDED else "json")
if LOG_FORMAT not in ("line", "json"):
    raise ImproperlyConfigured("LOG_FORMAT must be line or json.")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"trace": {"()": "accounts.tracing.TraceFilter"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {trace} {message}", "style": "{"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "{asctime}{levelname}{name}{trace}{message}",
            "style": "{",
            "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
            "json_ensure_ascii": False,
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["trace"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {
        name: {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"}
        for name in ("accounts.measuring", "tracker.traced")
    },
}


if not all(re.fullmatch(r"([a-z0-9.-]+|\[[0-9a-f:.]+\]):[0-9]{1,5}", place) for place in OUTGOING_ALLOWED):
    raise ImproperlyConfigured("OUTGOING_ALLOWED must list host:port, separated by commas.")
if not BASE_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured("BASE_URL must begin with http:// or https://.")
if DATABASES["default"]["ENGINE"].endswith("sqlite3") and "DATABASE_URL" not in env.ENVIRON:
    VAR_DIR.mkdir(exist_ok=True)
