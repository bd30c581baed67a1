"""Rows of public keys: one-time and fallback keys of devices, identities, and signatures. No private key is here."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from hearthside.clock import now
from messaging.models.devices import Device


class OneTimeKey(models.Model):
    """A signed key that begins one channel to a device; a claim takes it away for good."""

    id = models.BigAutoField(primary_key=True)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="one_time_keys")
    key_id = models.CharField(max_length=80)
    key = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "key_id"], name="one_time_key_once")]
        indexes = [models.Index(fields=["device", "id"])]

    def __repr__(self) -> str:
        return f"<OneTimeKey {self.id}>"

    __str__ = __repr__


class FallbackKey(models.Model):
    """The signed key that is handed out when a device has no one-time key left."""

    device = models.OneToOneField(Device, on_delete=models.CASCADE, primary_key=True, related_name="fallback")
    key_id = models.CharField(max_length=80)
    key = models.TextField()
    used = models.BooleanField(default=False)

    def __repr__(self) -> str:
        return f"<FallbackKey {self.device_id}>"

    __str__ = __repr__


class CrossSigningKey(models.Model):
    """One of the three public keys that make somebody's identity, as they signed it (signatures stand apart)."""

    class Usage(models.TextChoices):
        """What the key signs."""

        MASTER = "master"
        SELF = "self_signing"
        USER = "user_signing"

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cross_signing_keys"
    )
    usage = models.CharField(max_length=16, choices=Usage.choices)
    public = models.CharField(max_length=64)
    key = models.TextField()
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "usage"], name="one_key_per_usage")]

    def __repr__(self) -> str:
        return f"<CrossSigningKey {self.person_id} {self.usage}>"

    __str__ = __repr__


class KeySignature(models.Model):
    """A checked signature by one public key over somebody's device or identity key."""

    id = models.BigAutoField(primary_key=True)
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    signer_key = models.CharField(max_length=80)  # ed25519:<device id or public key>
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    target = models.CharField(max_length=64)  # a device id or a public key
    signature = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["signer", "signer_key", "owner", "target"], name="one_signature_per_signer"
            )
        ]
        indexes = [models.Index(fields=["owner", "target"])]

    def __repr__(self) -> str:
        return f"<KeySignature {self.id}>"

    __str__ = __repr__
