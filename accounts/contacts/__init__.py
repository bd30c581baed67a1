"""Contacts: who may write sealed messages to whom, and what they may expect (docs/how/contacts.md)."""

from accounts.contacts.queries import ContactView, describe_contacts, live_contacts, may_write

__all__ = ["ContactView", "describe_contacts", "live_contacts", "may_write"]
