"""Rows about devices: one browser profile of one person, and the dehydrated device that waits for its owner."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from hearthside.clock import now
from hearthside.fields import EncryptedTextField


class Device(models.Model):
    """One browser profile that can read sealed conversations. Its public keys are set once and never change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sealed_devices"
    )
    device_id = models.CharField(max_length=64)
    name = EncryptedTextField()
    store_secret = EncryptedTextField()  # one half of what opens the key store in that browser
    keys = models.TextField(default="")  # the signed public keys, JSON; empty until they are uploaded
    dehydrated = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "device_id"], name="one_device_per_id"),
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(dehydrated=True), name="one_dehydrated_device"
            ),
        ]

    def __repr__(self) -> str:
        return f"<Device {self.id}>"

    __str__ = __repr__


class DehydratedDevice(models.Model):
    """The sealed private part of a dehydrated device; only its owner's recovery key opens it."""

    device = models.OneToOneField(
        Device, on_delete=models.CASCADE, primary_key=True, related_name="dehydration"
    )
    device_data = models.TextField()

    def __repr__(self) -> str:
        return f"<DehydratedDevice {self.device_id}>"

    __str__ = __repr__


class DeviceListChange(models.Model):
    """That somebody who may look at another's devices should look again, or need not any more.

    Ids rise in the order of commits for each watcher: whoever adds one holds the watcher's stream.
    """

    id = models.BigAutoField(primary_key=True)
    watcher = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    subject = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    left = models.BooleanField(default=False)
    at = models.DateTimeField(default=now, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["watcher", "id"])]

    def __repr__(self) -> str:
        return f"<DeviceListChange {self.id}>"

    __str__ = __repr__


class SyncMark(models.Model):
    """Up to which of a watcher's changes the old ones were removed: an older place must begin again."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    trimmed = models.BigIntegerField(default=0)

    def __repr__(self) -> str:
        return f"<SyncMark {self.person_id} {self.trimmed}>"

    __str__ = __repr__
