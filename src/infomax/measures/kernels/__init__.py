"""Discrepancy, dependence and entropy from kernel matrices."""
