"""Rows of what waits for devices, and of what was already done under a transaction id."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from hearthside.clock import now
from messaging.models.devices import Device


class ToDevice(models.Model):
    """One sealed message from a device to a device; it goes only when the receiver says that it was handled.

    Ids rise in the order of commits for each receiver: whoever adds one holds the receiving person's stream.
    """

    id = models.BigAutoField(primary_key=True)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="waiting")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    type = models.CharField(max_length=64)
    content = models.TextField()
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["device", "id"])]

    def __repr__(self) -> str:
        return f"<ToDevice {self.id}>"

    __str__ = __repr__


class Txn(models.Model):
    """That a device did something under this transaction id: the same again changes nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="transactions")
    txn = models.CharField(max_length=64)
    kind = models.CharField(max_length=64)  # send:<conversation> or to_device:<type>
    event = models.UUIDField(null=True)
    at = models.DateTimeField(default=now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "txn"], name="one_act_per_txn")]

    def __repr__(self) -> str:
        return f"<Txn {self.id}>"

    __str__ = __repr__
