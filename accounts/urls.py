"""The routes of the sign-in library that we serve; its others (more addresses, phones, codes) are absent."""

from allauth.headless.account import views as account
from allauth.headless.base import views as base
from allauth.headless.constants import Client
from django.urls import path

BROWSER = Client.BROWSER

urlpatterns = [
    path("browser/v1/config", base.ConfigView.as_api_view(client=BROWSER)),
    path("browser/v1/auth/session", account.SessionView.as_api_view(client=BROWSER)),
    path("browser/v1/auth/login", account.LoginView.as_api_view(client=BROWSER)),
    path("browser/v1/auth/signup", account.SignupView.as_api_view(client=BROWSER)),
    path("browser/v1/auth/password/request", account.RequestPasswordResetView.as_api_view(client=BROWSER)),
    path("browser/v1/auth/password/reset", account.ResetPasswordView.as_api_view(client=BROWSER)),
    path("browser/v1/account/password/change", account.ChangePasswordView.as_api_view(client=BROWSER)),
]
