"""Entropy and information of discrete variables."""
