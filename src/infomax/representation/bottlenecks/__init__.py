"""Losses that keep what tells about a target and forget the rest, and attacks."""
