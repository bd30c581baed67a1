"""Journeys in a real browser, named as a person would say them."""
