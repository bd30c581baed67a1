"""Everything the sign-in library reads: hearthside/settings.py takes these names over as they are.

Sign-in is by e-mail address only, sign-up by invitation only (accounts/adapter.py, accounts/forms.py), and no
answer tells a stranger whether an address has an account (docs/how/signing_in.md).
"""

from typing import Any

from hearthside.config import Config, read_config

__all__ = [
    "ACCOUNT_ADAPTER",
    "ACCOUNT_EMAIL_SUBJECT_PREFIX",
    "ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS",
    "ACCOUNT_EMAIL_VERIFICATION",
    "ACCOUNT_LOGIN_METHODS",
    "ACCOUNT_PREVENT_ENUMERATION",
    "ACCOUNT_RATE_LIMITS",
    "ACCOUNT_SIGNUP_FIELDS",
    "ACCOUNT_SIGNUP_FORM_CLASS",
    "ACCOUNT_USER_DISPLAY",
    "ACCOUNT_USER_MODEL_EMAIL_FIELD",
    "ACCOUNT_USER_MODEL_USERNAME_FIELD",
    "AUTHENTICATION_BACKENDS",
    "AUTH_PASSWORD_VALIDATORS",
    "HEADLESS_CLIENTS",
    "HEADLESS_FRONTEND_URLS",
    "HEADLESS_ONLY",
    "MFA_ADAPTER",
    "MFA_PASSKEY_LOGIN_ENABLED",
    "MFA_SUPPORTED_TYPES",
    "PASSWORD_HASHERS",
    "PASSWORD_RESET_TIMEOUT",
    "SESSION_COOKIE_AGE",
    "SESSION_EXPIRE_AT_BROWSER_CLOSE",
]


def rate_limits(config: Config) -> dict[str, str] | bool:
    """How often one address or one account may try; False (none at all) only in demo mode with rates off."""
    if config.demo and config.rates == "off":
        return False
    return {
        "login": "30/m/ip",
        "login_failed": "10/m/ip,10/300s/key",
        "signup": "20/m/ip",
        "reset_password": "20/m/ip,5/m/key",
        "reset_password_from_key": "20/m/ip",
        "change_password": "5/m/user",
        "reauthenticate": "10/m/user",
        "factor": "20/m/ip,5/300s/key,40/1d/key",
    }


def frontend_urls(config: Config) -> dict[str, str]:
    """Where the screens lie that links in mail lead to."""
    return {
        "account_signup": f"{config.public_url}/sign-in",
        "account_reset_password": f"{config.public_url}/reset",
        "account_reset_password_from_key": f"{config.public_url}/reset/{{key}}",
    }


_config = read_config()

HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser",)
HEADLESS_FRONTEND_URLS = frontend_urls(_config)

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_USER_DISPLAY = "accounts.queries.name_of"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.JoinForm"
ACCOUNT_EMAIL_VERIFICATION = "none"  # the invitation that reached the address has verified it
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = (
    True  # the adapter does the same work for unknown addresses, and sends nothing
)
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = rate_limits(_config)

MFA_ADAPTER = "accounts.factors.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]

SESSION_COOKIE_AGE = 7 * 24 * 60 * 60  # idle sign-ins end long before (accounts/models.py)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
