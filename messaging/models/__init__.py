"""Rows of the blind relay. None holds plaintext: what people write is sealed, what they call devices is boxed."""

from messaging.models.backup import BackupSession, BackupVersion, RecoveryBlob
from messaging.models.blobs import Blob, BlobChunk
from messaging.models.conversations import Conversation, ConversationMember, SealedEvent
from messaging.models.devices import DehydratedDevice, Device, DeviceListChange, SyncMark
from messaging.models.keys import CrossSigningKey, FallbackKey, KeySignature, OneTimeKey
from messaging.models.ledger import LedgerEntry
from messaging.models.practice_key import KeyCopy, KeyCopyOpening, PracticeKey
from messaging.models.queue import ToDevice, Txn

__all__ = [
    "BackupSession",
    "BackupVersion",
    "Blob",
    "BlobChunk",
    "Conversation",
    "ConversationMember",
    "CrossSigningKey",
    "DehydratedDevice",
    "Device",
    "DeviceListChange",
    "FallbackKey",
    "KeyCopy",
    "KeyCopyOpening",
    "KeySignature",
    "LedgerEntry",
    "OneTimeKey",
    "PracticeKey",
    "RecoveryBlob",
    "SealedEvent",
    "SyncMark",
    "ToDevice",
    "Txn",
]
