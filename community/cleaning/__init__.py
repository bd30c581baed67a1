"""Cleaning of pictures and PDFs, in a process of its own that may use little and reach nothing."""
