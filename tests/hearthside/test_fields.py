"""Encrypted columns: words in Python, boxes in the database, and no way to write or search them in passing."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from django.db import connection, models, transaction

from community.models import Agreement, Group, Membership, Post
from hearthside.crypto import BoxDamaged
from hearthside.fields import EncryptedTextField
from hearthside.models import Reply
from tests.given import given_group, given_post, given_topic, leader_of

pytestmark = pytest.mark.django_db
SECRET = "the plain words of somebody"


def raw(model: type[models.Model], column: str) -> list[bytes]:
    """What stands in a column."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table}")
        return [bytes(row[0]) for row in cursor.fetchall()]


def test_words_in_python_boxes_in_the_row() -> None:
    group = Group.objects.create(name=SECRET, description="")
    assert group.name == SECRET
    assert Group.objects.get().name == SECRET
    (box,) = raw(Group, "name")
    assert SECRET.encode() not in box
    assert box.startswith(b"\x02k1")
    assert raw(Group, "description")[0] != b""


def test_every_way_of_making_rows() -> None:
    rows = [Group(name=f"{SECRET} {index}") for index in range(3)]
    Group.objects.bulk_create(rows)
    assert rows[0].name == f"{SECRET} 0"
    assert sorted(group.name for group in Group.objects.all()) == [f"{SECRET} {index}" for index in range(3)]
    assert all(SECRET.encode() not in box for box in raw(Group, "name"))
    row = Group.objects.all()[0]
    row.name = "changed"
    row.save(update_fields=["name"])
    row.refresh_from_db()
    assert row.name == "changed"


def test_saving_another_field_keeps_the_words() -> None:
    group = Group.objects.create(name=SECRET)
    loaded = Group.objects.get()
    loaded.version = 2
    loaded.save()
    assert Group.objects.get().name == SECRET
    assert Group.objects.get(pk=group.pk).version == 2


@pytest.mark.parametrize("values", [{"name": SECRET}, {"description": "x", "version": 3}])
def test_update_refuses(values: dict[str, Any]) -> None:
    Group.objects.create(name="before")
    with pytest.raises(TypeError, match="encrypted"), transaction.atomic():
        Group.objects.update(**values)
    row = Group.objects.get()
    row.name = SECRET
    with pytest.raises(TypeError, match="encrypted"), transaction.atomic():
        Group.objects.bulk_update([row], ["name"])
    assert Group.objects.get().name == "before"


@pytest.mark.parametrize("lookup", ["name", "name__in", "name__exact"])
def test_searching_refuses(lookup: str) -> None:
    Group.objects.create(name=SECRET)
    with pytest.raises(TypeError, match="encrypted"):
        list(Group.objects.filter(**{lookup: [SECRET] if lookup.endswith("in") else SECRET}))


def test_deferred_words_come_when_asked() -> None:
    Group.objects.create(name=SECRET, description="d")
    row = Group.objects.defer("name").get()
    assert "name" not in row.__dict__
    assert row.name == SECRET
    only = Group.objects.only("id").get()
    assert (only.name, only.description) == (SECRET, "d")


def test_words_stay_with_copies() -> None:
    Group.objects.create(name=SECRET)
    row = Group.objects.get()
    for other in (copy.copy(row), copy.deepcopy(row), pickle.loads(pickle.dumps(row))):
        assert other.name == SECRET


def test_values_gives_boxes_never_words() -> None:
    Group.objects.create(name=SECRET)
    (box,) = Group.objects.values_list("name", flat=True)
    assert SECRET.encode() not in bytes(box)


def test_null_and_defaults() -> None:
    assert EncryptedTextField().get_default() == ""
    assert EncryptedTextField(null=True).get_default() is None
    assert EncryptedTextField(default="x").get_default() == "x"
    assert EncryptedTextField(default=lambda: "made").get_default() == "made"
    row = Group()
    assert row.name == ""
    field = Group._meta.get_field("name")
    row.__dict__["name"] = None
    assert field.pre_save(row, True) is None
    assert row.name is None
    assert Group.name.field is field
    assert "default" not in field.deconstruct()[3]


def test_a_box_moved_to_another_row_or_column_does_not_open() -> None:
    first, second = Group.objects.create(name="one", description="d"), Group.objects.create(name="two")
    with connection.cursor() as cursor:
        box = raw(Group, "description")[0]
        cursor.execute("UPDATE community_group SET name = %s", [box])
    for group in (first, second):
        with pytest.raises(BoxDamaged, match=rf"community_group\.name\.{group.pk}"):
            assert Group.objects.get(pk=group.pk).name


def test_nothing_that_prints_a_row_prints_its_words() -> None:
    group = given_group(name=SECRET, description=SECRET, member_name=SECRET)
    topic = given_topic(group, title=SECRET)
    given_post(topic, leader_of(group), SECRET, content_note=SECRET)
    for model in (Group, Agreement, Membership, type(topic), Post, Reply):
        rows = list(model._default_manager.all())
        assert rows
        for row in rows:
            for field in row._meta.concrete_fields:
                getattr(row, field.attname)
            assert SECRET not in f"{row} {row!r} {[row]} {model._default_manager.all()!r}"


def test_no_column_holds_what_was_written() -> None:
    group = given_group(name=SECRET, description=SECRET, member_name=SECRET)
    topic = given_topic(group, title=SECRET)
    given_post(topic, leader_of(group), SECRET, content_note=SECRET)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for value in row:
                    found = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    assert SECRET.encode() not in found, table
