"""The routes of the sign-in library that we serve; its others (more addresses, phones, codes) are absent.

Those of second factors lie where the library has them, and are ours (accounts/factors/views.py).
"""

from allauth.headless.account import views as account
from allauth.headless.base import views as base
from allauth.headless.constants import Client
from django.urls import path

from accounts.factors import second_step, views

BROWSER = Client.BROWSER

urlpatterns = [
    path("browser/v1/config", base.ConfigView.as_api_view(client=BROWSER)),
    path("browser/v1/auth/session", account.SessionView.as_api_view(client=BROWSER)),
    path("browser/v1/auth/login", account.LoginView.as_api_view(client=BROWSER)),
    path("browser/v1/auth/signup", account.SignupView.as_api_view(client=BROWSER)),
    path("browser/v1/auth/password/request", account.RequestPasswordResetView.as_api_view(client=BROWSER)),
    path("browser/v1/auth/password/reset", account.ResetPasswordView.as_api_view(client=BROWSER)),
    path("browser/v1/account/password/change", account.ChangePasswordView.as_api_view(client=BROWSER)),
    path("browser/v1/auth/2fa/authenticate", second_step.CodeStep.as_api_view(client=BROWSER)),
    path("browser/v1/auth/webauthn/authenticate", second_step.PasskeyStep.as_api_view(client=BROWSER)),
    path("browser/v1/auth/webauthn/login", second_step.PasskeySignIn.as_api_view(client=BROWSER)),
    path("browser/v1/auth/reauthenticate", views.ConfirmByPassword.as_api_view(client=BROWSER)),
    path("browser/v1/auth/2fa/reauthenticate", views.ConfirmByCode.as_api_view(client=BROWSER)),
    path("browser/v1/auth/webauthn/reauthenticate", views.ConfirmByPasskey.as_api_view(client=BROWSER)),
    path("browser/v1/account/authenticators", views.Factors.as_api_view(client=BROWSER)),
    path("browser/v1/account/authenticators/totp", views.App.as_api_view(client=BROWSER)),
    path("browser/v1/account/authenticators/webauthn", views.Passkeys.as_api_view(client=BROWSER)),
    path("browser/v1/account/authenticators/recovery-codes", views.Recovery.as_api_view(client=BROWSER)),
]
