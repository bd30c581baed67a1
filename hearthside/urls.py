"""Wiring: which address leads to which door."""

from django.urls import include, path, re_path

import accounts.access
import accounts.api
import community.api
import consumers.api
import messaging.api
import moderation.api
import notify.api
from accounts.activity import ask_who_meets
from community.access_files import say_who_looks
from community.calendar_feed import answer_feed
from community.queries.leading import groups_led_by, leaders_of
from community.queries.meeting import meets_now
from hearthside import commands, pages
from hearthside.api import add_command, make_api, no_such_route
from messaging.queries.reports import say_who_leads
from moderation.queries.review_item import has_opened_post
from notify.doors import letters
from notify.queries import leading

api = make_api()
for app in (accounts.api, notify.api, messaging.api, community.api, moderation.api, consumers.api):
    api.add_router("", app.router)
say_who_leads(leaders_of)
leading.say_who_leads(groups_led_by, leaders_of)
for app in (accounts.api, notify.api, community.api, moderation.api):
    commands.register(app.COMMANDS)
ask_who_meets(meets_now)
say_who_looks(has_opened_post)
commands.check_freshness_by(accounts.access.require_fresh)
for command in commands.table().values():
    add_command(api, command)

urlpatterns = [
    path("api/", api.urls),
    re_path(r"^api(/.*)?$", no_such_route),
    path("_allauth/", include("accounts.urls")),
    re_path(r"^_allauth(/.*)?$", no_such_route),
    path("n/<uuid:notice_id>", letters.open_notice),
    path("unsubscribe/<str:token>", letters.unsubscribe),
    path("calendar/<str:token>.ics", answer_feed),
    path("readyz", pages.ready),
    path("sw.js", pages.service_worker),
    path("manifest.webmanifest", pages.manifest),
    re_path(r"^(?!static/|ws/)(?P<path>.*)$", pages.shell),
]
