"""Django's settings, made from the operator's HEARTHSIDE_* values (hearthside/config.py)."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import dj_database_url

from accounts.allauth_settings import *  # noqa: F403  the sign-in library's own settings, kept beside its adapter
from hearthside.config import read_config
from hearthside.crypto import make_keyring, read_keyring
from hearthside.limits import FILE_FORM_BYTES
from hearthside.logs import configure_logs

BASE_DIR = Path(__file__).resolve().parent.parent
HEARTHSIDE = read_config()

HEARTHSIDE.data.mkdir(parents=True, exist_ok=True, mode=0o700)
if not HEARTHSIDE.secret_file.exists():
    make_keyring(HEARTHSIDE.secret_file)
SECRET_KEY = base64.b64encode(
    hashlib.blake2b(b"django", key=read_keyring(HEARTHSIDE.secret_file).root, digest_size=48).digest()
).decode()

DEBUG = HEARTHSIDE.debug
ALLOWED_HOSTS = list(HEARTHSIDE.allowed_hosts)
ROOT_URLCONF = "hearthside.urls"
ASGI_APPLICATION = "asgi.application"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "channels",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "hearthside",
    "accounts",
    "notify",
    "messaging",
    "community",
    "moderation",
    "consumers",
]

MIDDLEWARE = [
    "hearthside.headers.ProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "hearthside.headers.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SignInMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

SQLITE_OPTIONS = {
    # WAL lets reads go on beside the writer; FULL makes an acknowledged post survive a power cut; IMMEDIATE because a
    # deferred transaction that turns into a write fails under load (LIBRARIES.md).
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
    "transaction_mode": "IMMEDIATE",
    "timeout": 3,
}
DATABASES: dict[str, Any]
if HEARTHSIDE.database_url:
    DATABASES = {"default": dj_database_url.parse(HEARTHSIDE.database_url)}
else:
    DATABASES = {
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": HEARTHSIDE.data / "hearthside.sqlite3"}
    }
if HEARTHSIDE.sqlite:
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS

CACHES: dict[str, Any]
if HEARTHSIDE.redis_url:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": HEARTHSIDE.redis_url,
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            # Used tickets and failed sign-ins must be remembered for their whole time: Django's 300 are soon full.
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    }

AUTH_USER_MODEL = "accounts.Person"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HEARTHSIDE.secure
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "hearthside.headers.csrf_failed"
CSRF_TRUSTED_ORIGINS = [HEARTHSIDE.public_url]
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
# A file that is sent stays in memory until it is sealed: nothing of it lies open in the folder of temporary files.
FILE_UPLOAD_MAX_MEMORY_SIZE = FILE_FORM_BYTES
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HEARTHSIDE.secure else 0
if HEARTHSIDE.trusted_proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],  # blob: pictures that were opened on the device
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "frontend" / "dist"
WHITENOISE_AUTOREFRESH = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
WHITENOISE_MIMETYPES = {".webmanifest": "application/manifest+json"}
HASHED_NAME = re.compile(r"^.+[.-][0-9A-Za-z_-]{8,12}\.(js|css|woff2|svg|png|wasm)$")
CRYPTO_WORKER = re.compile(r"/assets/sealed-worker-[0-9A-Za-z_-]{8,12}\.js$")


def WHITENOISE_IMMUTABLE_FILE_TEST(path: str, url: str) -> bool:
    """Vite's names carry a hash of the content, so such a file never changes."""
    return bool(HASHED_NAME.match(url))


def WHITENOISE_ADD_HEADERS_FUNCTION(headers: Any, path: str, url: str) -> None:
    """The crypto worker's own answer, and no page's, lets WebAssembly be compiled: a worker has its own policy."""
    if CRYPTO_WORKER.search(url):
        headers["Content-Security-Policy"] = (
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
        )


TASKS = {"default": {"BACKEND": "hearthside.jobs.LeasedBackend"}}
# Run by a thread of their own, so that they wait for no mail server.
URGENT_JOBS = (
    "moderation.jobs.page_alert",
    "moderation.jobs.page_due_alerts",
    "moderation.jobs.settle_alert",
)
# What calls somebody has a thread of its own too, and waits for nobody else's mail or push.
CALLING_JOBS = ("moderation.jobs.mail_page", "notify.jobs.deliver_urgent")
# Only threads of their own run these: they wait for other people's machines, and nothing is to wait for them.
SENDING_JOBS = ("notify.jobs.deliver",)
REPEATING_JOBS = {
    "accounts.jobs.end_idle_signins": 5,
    "community.jobs.remind_due": 30,
    "community.jobs.watch_rooms": 10,
    "community.jobs.call_off_parted": 600,
    "community.jobs.make_sessions": 86_400,
    "community.jobs.draft_due": 60,
    "community.jobs.remind_unread": 300,
    "community.jobs.remind_of_due": 60,
    "community.jobs.sweep_files": 3600,
    "messaging.jobs.expire_events": 15,
    "messaging.jobs.drop_blobs": 300,
    "messaging.jobs.trim_old": 3600,
    "moderation.jobs.page_due_alerts": 2,
    "moderation.jobs.tell_overdue": 60,
    "moderation.jobs.ask_after_unanswered": 60,
    "moderation.jobs.forget_old_copies": 3600,
    "moderation.jobs.shift_thresholds": 86_400,
    "moderation.jobs.read_in_shadow": 300,
    "moderation.jobs.watch_drift": 86_400,
    "notify.jobs.take_up_stuck": 60,
    "notify.jobs.drop_devices": 300,
    "notify.jobs.forget_old": 3600,
    "hearthside.audit_seals.seal_entries": 1,
    "hearthside.jobs.clear_finished": 3600,
    "hearthside.upkeep.trim_log": 3600,
    "hearthside.upkeep.clear_sessions": 3600,
}

LOGGING_CONFIG = None
configure_logs()
