"""Bounds on information from the scores of a critic, and critics."""
