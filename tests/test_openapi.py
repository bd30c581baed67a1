"""Requests made from the OpenAPI document, fitting and not: nothing breaks, and every status was declared."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode

from hearthside.commands import table
from tests.given import Browser, Circle, given_circle
from tests.given_calm import calm

__all__ = ["calm"]

pytestmark = pytest.mark.django_db
EXAMPLES = 6  # an operation, role and mode: the whole takes about a minute on two quiet cores
QUICK = settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)


@pytest.fixture(scope="module")
def schema(django_db_setup: None, django_db_blocker: Any) -> Any:
    """The document as the running application answers it; a request looks after connections, so it needs them."""
    with django_db_blocker.unblock():
        return schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Put back what `Asker` takes away."""
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def real_ids(circle: Circle) -> dict[str, str]:
    """Ids of things that are there, by the field that takes them."""
    people = {"member": circle.member_id("peer"), "person": circle.people["peer"].id}
    found = {"group": circle.group.id, "topic": circle.topic.id, "post": circle.post.id, **people}
    return {name: str(value) for name, value in found.items()}


def put_real(case: Case[Any], ids: dict[str, str]) -> None:
    """Name real things in a case, and a new nonce, so that it gets past the first door."""
    for name in case.path_parameters or {}:
        if (known := ids.get(name.removesuffix("_id"))) is not None:
            case.path_parameters[name] = known
    if isinstance(case.body, dict):
        for name in set(case.body) & set(ids):
            case.body[name] = ids[name]
        if "nonce" in case.body:
            case.body["nonce"] = f"nonce-{uuid4().hex}"


class Asker:
    """Somebody signed in who sends requests of every kind and counts what is answered."""

    def __init__(self, role: str, mode: GenerationMode) -> None:
        circle = given_circle()
        browser = Browser(circle.people[role])
        self.mode, self.ids = mode, real_ids(circle)
        self.headers = {"X-CSRFToken": browser.csrf()}
        self.cookies = {name: morsel.value for name, morsel in browser.client.cookies.items()}
        self.statuses: Counter[int] = Counter()
        # Requests run inside the test's transaction, so they must not close its connection.
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)

    def ask(self, operation: Any) -> None:
        """Send requests to one operation; fails for a fault or a status that is not declared."""
        declared = set(operation.definition.raw["responses"])

        @QUICK
        @given(case=operation.as_strategy(generation_mode=self.mode), real=st.booleans())
        def send(case: Case[Any], real: bool) -> None:
            if real:
                put_real(case, self.ids)
            status = case.call(headers=self.headers, cookies=self.cookies).status_code
            self.statuses[status] += 1
            assert status < 500, operation.label
            assert str(status) in declared, (operation.label, status)

        with contextlib.suppress(Unsatisfiable):  # nothing can be wrong with a request that takes nothing
            send()


@pytest.mark.usefixtures("_one_connection")
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("role", ["member", "facilitator", "admin"])
def test_every_operation(schema: Any, role: str, mode: GenerationMode) -> None:
    asker = Asker(role, mode)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert {operation.definition.raw["operationId"] for operation in operations} > set(table())
    for operation in operations:
        asker.ask(operation)
    assert asker.statuses[404]
    assert asker.statuses[200 if mode is GenerationMode.POSITIVE else 422]
