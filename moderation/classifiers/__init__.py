"""What scores texts: one file a kind of model, one interface (`Model` in moderation/scoring.py)."""


class BadModel(ValueError):
    """A model that cannot be loaded; the message says which file is wrong, or what is missing."""
