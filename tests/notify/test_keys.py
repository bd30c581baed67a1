"""What was said of a thing is found by its key, without a look at every notice there is."""

from __future__ import annotations

import pytest
from django.db import connection

from notify.models import Notice
from notify.queries.keys import named
from tests.given import given_person
from tests.notify.given import given_notice

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("under", [False, True])
def test_a_key_is_found_by_its_index(under: bool) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # which reads a small table through whatever indexes there are
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Notice.objects.filter(named("session:1:", under=under), withdrawn_at=None).explain()
    assert "notice_key" in plan, plan


def test_keys_that_begin_so_and_no_others() -> None:
    ann = given_person()
    keys = ["thing:1:", "thing:1:a", "thing:1:\N{BUTTERFLY}", "thing:10:a", "Thing:1:a", "thing:1"]
    keys += ["thing%1:a", "thing_1:a"]
    for key in keys:
        given_notice(ann, key=key)

    def found(key: str, *, under: bool) -> set[str]:
        return set(Notice.objects.filter(named(key, under=under)).values_list("key", flat=True))

    assert found("thing:1:", under=True) == set(keys[:3])
    assert found("thing_", under=True) == {"thing_1:a"}
    assert found("thing:1:", under=False) == {"thing:1:"}
