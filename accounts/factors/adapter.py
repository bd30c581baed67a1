"""What the sign-in library asks about second factors."""

from typing import NoReturn

from allauth.mfa.adapter import DefaultMFAAdapter


class FactorAdapter(DefaultMFAAdapter):
    """The library only asks whether somebody has a factor; secrets are ours to keep (accounts/factors/codes.py)."""

    def encrypt(self, text: str) -> NoReturn:
        """Refuse: a secret is sealed for its person, and the library does not say whose it is."""
        raise RuntimeError("secrets of second factors are kept by accounts/factors/actions.py only")

    def decrypt(self, encrypted_text: str) -> NoReturn:
        """Refuse, as `encrypt`."""
        raise RuntimeError("secrets of second factors are read by accounts/factors/actions.py only")
