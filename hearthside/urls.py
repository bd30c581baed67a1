"""Wiring: which address leads to which door."""

from django.urls import include, path, re_path

import accounts.access
import accounts.api
import community.api
import consumers.api
import messaging.api
import moderation.api
from community.access_files import say_who_looks
from community.queries.leading import leaders_of
from hearthside import commands, pages
from hearthside.api import add_command, make_api, no_such_route
from messaging.queries.reports import say_who_leads
from moderation.queries.review_item import has_opened_post

api = make_api()
for app in (accounts.api, messaging.api, community.api, moderation.api, consumers.api):
    api.add_router("", app.router)
say_who_leads(leaders_of)
say_who_looks(has_opened_post)
commands.register((*accounts.api.COMMANDS, *community.api.COMMANDS, *moderation.api.COMMANDS))
commands.check_freshness_by(accounts.access.require_fresh)
for command in commands.table().values():
    add_command(api, command)

urlpatterns = [
    path("api/", api.urls),
    re_path(r"^api(/.*)?$", no_such_route),
    path("_allauth/", include("accounts.urls")),
    re_path(r"^_allauth(/.*)?$", no_such_route),
    path("readyz", pages.ready),
    path("sw.js", pages.service_worker),
    path("manifest.webmanifest", pages.manifest),
    re_path(r"^(?!static/|ws/)(?P<path>.*)$", pages.shell),
]
