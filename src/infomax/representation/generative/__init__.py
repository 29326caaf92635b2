"""Generators, and losses that keep them from dropping modes."""
