"""The tutorial chat's wiring, with the middleware that the tutorial puts round it."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.tutorial.settings")
http = get_asgi_application()

from bench.tutorial.chat import ChatRoom

rooms = URLRouter([path("ws/chat/<str:room>/", ChatRoom.as_asgi())])
application = ProtocolTypeRouter(
    {"http": http, "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(rooms))}
)
