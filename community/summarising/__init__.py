"""Drafting the summary of a session on this machine, and checking it before it leaves. Reads no row and writes none."""
