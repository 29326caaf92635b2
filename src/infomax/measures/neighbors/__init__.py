"""Entropy and information from distances to nearest neighbours."""
