"""Entropy and information from the spectrum of a random walk on points."""
