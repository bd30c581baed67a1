"""Replays of many texts over real sockets, with lines that drop."""
