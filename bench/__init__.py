"""Measurements: each prints a table, compared with peers in the same run."""
