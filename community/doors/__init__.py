"""The community's doors by noun, besides those in api.py."""
