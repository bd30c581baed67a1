"""The HTTP door to sealed conversations, all under /api/messaging; each noun has its file in doors/.

These are plain routes beside the table of commands, because their bodies have the shape that the encryption engine
makes and reads. Every write goes through live.write all the same.
"""

from ninja import Router

from messaging.doors import (
    backup,
    blobs,
    conversations,
    dehydrated,
    devices,
    keys,
    ledger,
    messages,
    practice_key,
    queue,
)

router = Router()
for door in (devices, keys, queue, backup, dehydrated, conversations, messages, blobs, ledger, practice_key):
    router.add_router("/messaging", door.router)
