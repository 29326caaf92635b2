"""Losses on pairs, batches and queues."""
