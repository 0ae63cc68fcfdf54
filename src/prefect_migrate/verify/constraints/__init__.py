"""Pins of versions known to work together, for the two environments."""
