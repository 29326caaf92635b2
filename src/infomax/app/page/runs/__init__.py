"""Runs that people ask for: queued, carried out in processes of their own, watched."""
