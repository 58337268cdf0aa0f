"""All settings, read from the environment by typed readers; one switch per integration."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

env = environ.Env()
PACKAGE = Path(__file__).resolve().parent.parent
TESTING = "pytest" in sys.modules


def _data_folder() -> Path:
    folder = Path(env.str("TONGZHOU_DATA", default="data")).resolve()
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    return folder


def _secret_key(folder: Path) -> str:
    """The key from the environment, or one made once in the data folder (linked, so two first starts agree)."""
    if key := env.str("TONGZHOU_SECRET_KEY", default=""):
        return str(key)
    path = folder / "secret.key"
    if not path.exists():
        fresh = folder / f".secret.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()


def _database(url: str) -> dict[str, Any]:
    """SQLite as promises.md wants it (WAL, FULL, IMMEDIATE), or PostgreSQL with pooled connections."""
    found: dict[str, Any] = env.db_url_config(url)
    if found["ENGINE"].endswith("sqlite3"):
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            "PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;",
        }
        found["TEST"] = {"NAME": os.fspath(TONGZHOU_DATA / f"test-{os.getpid()}.sqlite3")} if TESTING else {}
    else:
        found["OPTIONS"] = {"pool": {"min_size": 1, "max_size": env.int("TONGZHOU_DATABASE_POOL", default=8)}}
        if TESTING:
            found["OPTIONS"] = {}
    return found


if TESTING:
    import atexit
    import shutil
    import tempfile

    # Never the data folder that the environment names: tests have their own, shared with their workers, gone at the end.
    if not (_folder := os.environ.get("TONGZHOU_TEST_DATA", "")):
        _folder = os.environ["TONGZHOU_TEST_DATA"] = tempfile.mkdtemp(prefix="tongzhou-test-")
        atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    os.environ["TONGZHOU_DATA"] = _folder

TONGZHOU_DATA = _data_folder()
TONGZHOU_FILES = env.str("TONGZHOU_FILES_URL", default=os.fspath(TONGZHOU_DATA / "files")).removeprefix("file://")
TONGZHOU_DEMO = env.bool("TONGZHOU_DEMO", default=False)
TONGZHOU_PORT = env.int("TONGZHOU_PORT", default=8000)
# A name, not 127.0.0.1: browsers bind passkeys to names only.
TONGZHOU_PUBLIC_URL = env.str("TONGZHOU_PUBLIC_URL", default=f"http://localhost:{TONGZHOU_PORT}").rstrip("/")
HTTPS = TONGZHOU_PUBLIC_URL.startswith("https://")
# Behind a proxy with TLS the stream has the same address as the pages; without one it has the next port.
TONGZHOU_STREAM_URL = env.str("TONGZHOU_STREAM_URL", default=TONGZHOU_PUBLIC_URL if HTTPS else "").rstrip("/")
TONGZHOU_STREAM_PORT = env.int("TONGZHOU_STREAM_PORT", default=TONGZHOU_PORT + 1)
TONGZHOU_COMPANY_NAME = env.str("TONGZHOU_COMPANY_NAME", default="同舟示范公司" if TONGZHOU_DEMO else "")

SECRET_KEY = _secret_key(TONGZHOU_DATA)
DEBUG = env.bool("TONGZHOU_DEBUG", default=False)
# The name that people use, and this machine, from where health is asked.
ALLOWED_HOSTS = env.list("TONGZHOU_HOSTS", default=["*"] if TONGZHOU_DEMO or DEBUG or TESTING else [])
ALLOWED_HOSTS += [urlsplit(TONGZHOU_PUBLIC_URL).hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = env.list("TONGZHOU_TRUSTED_ORIGINS", default=[TONGZHOU_PUBLIC_URL])

DATABASES = {
    "default": _database(
        os.environ.get("TONGZHOU_TEST_DATABASE_URL", "sqlite://:memory:")
        if TESTING
        else env.str("TONGZHOU_DATABASE_URL", default=f"sqlite:///{TONGZHOU_DATA / 'tongzhou.sqlite3'}")
    )
}
if TESTING and not os.environ.get("TONGZHOU_TEST_DATABASE_URL"):
    DATABASES["default"]["NAME"] = os.fspath(TONGZHOU_DATA / "tongzhou.sqlite3")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_redis = env.str("TONGZHOU_TEST_REDIS_URL" if TESTING else "TONGZHOU_REDIS_URL", default="")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": _redis,
        # Test workers beside each other share the server, not what they keep in it.
        "KEY_PREFIX": f"test-{os.getpid()}" if TESTING else "",
    }
    if _redis
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "tree_queries",
    "django_tasks",
    "django_tasks_db",
    "ninja",
    "tongzhou.core",
    "tongzhou.people",
    "tongzhou.calendars",
    "tongzhou.signoff",
    "tongzhou.documents",
    "tongzhou.messaging",
    "tongzhou.projects",
    "tongzhou.meetings",
    "tongzhou.cadence",
    "tongzhou.alignment",
    "tongzhou.planning",
    "tongzhou.execution",
    "tongzhou.insight",
    "tongzhou.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tongzhou.people.middleware.WhoActs",
    "tongzhou.core.middleware.DomainErrors",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "tongzhou.config.urls"
WSGI_APPLICATION = "tongzhou.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tongzhou.config.context.frame",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "tongzhou.core.templatetags.tongzhou",
            ],
        },
    }
]

FORM_RENDERER = "tongzhou.core.form_rendering.TongzhouRenderer"

# People and logging in
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else ["django.contrib.auth.hashers.ScryptPasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
)
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "tongzhou.people.login.Adapter"
ACCOUNT_FORMS = {"login": "tongzhou.people.login.LoginForm"}
# A whole office may come in through one address at nine o'clock. Guessing passwords is stopped by axes (below), whose
# page says how long to wait; allauth's own limit stands behind it and is the one that stops guessing one-time codes.
ACCOUNT_RATE_LIMITS = {"login": "600/m/ip", "login_failed": "60/m/ip,12/300s/key"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_USER_DISPLAY = "tongzhou.people.login.display_name"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = "Tongzhou"
AXES_ENABLED = not TESTING or env.bool("TONGZHOU_TEST_AXES", default=False)
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "tongzhou.people.login.lockout_name"
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_VERBOSE = False
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("TONGZHOU_BEHIND_PROXY", default=False) else None
)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_stream_origin = TONGZHOU_STREAM_URL or "http://*:" + str(TONGZHOU_STREAM_PORT)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF, _stream_origin],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "tongzhou_language"
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = env.str("TONGZHOU_TIME_ZONE", default="Asia/Shanghai")
USE_TZ = True
USE_I18N = True

# Files
STATIC_URL = "/static/"
STATIC_ROOT = env.str("TONGZHOU_STATIC", default=os.fspath(TONGZHOU_DATA / "static"))
STATICFILES_DIRS = [PACKAGE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": TONGZHOU_FILES}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING or DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
LARGEST_UPLOAD_BYTES = env.int("TONGZHOU_LARGEST_UPLOAD", default=20 * 1024 * 1024)

# Work in the background, mail
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend"
        if not TESTING
        else "django_tasks.backends.immediate.ImmediateBackend"
    }
}
vars().update(env.email_url("TONGZHOU_EMAIL_URL", default="consolemail://" if DEBUG else "dummymail://"))
if TESTING:
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Well within the outbox's lease, so that a mail server that hangs does not hold a row past it.
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env.str("TONGZHOU_MAIL_FROM", default="Tongzhou <tongzhou@localhost>")

# Where messages may go: the chat services are known; other hosts (webhooks) and networks that are not public are named here.
TONGZHOU_OUTGOING_HOSTS = env.list("TONGZHOU_OUTGOING_HOSTS", default=[])
TONGZHOU_OUTGOING_NETWORKS = env.list("TONGZHOU_OUTGOING_NETWORKS", default=[])
# So many robots are served at the same time by one worker.
TONGZHOU_SENDERS = env.int("TONGZHOU_SENDERS", default=8)

# Working rules a company may set for all its projects (process.md)
REPLY_WORKING_DAYS = env.int("TONGZHOU_REPLY_WORKING_DAYS", default=2)
MINUTES_WORKING_DAYS = env.int("TONGZHOU_MINUTES_WORKING_DAYS", default=2)
SIGNING_WORKING_DAYS = env.int("TONGZHOU_SIGNING_WORKING_DAYS", default=3)

NINJA_PAGINATION_PER_PAGE = 50
SILENCED_SYSTEM_CHECKS = ["account.W001"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # At INFO they write whole addresses, and an address of a robot is its key.
    "loggers": {name: {"level": "WARNING"} for name in ("httpx2", "httpcore2")},
    "root": {"handlers": ["console"], "level": env.str("TONGZHOU_LOG", default="WARNING")},
}
