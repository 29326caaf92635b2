"""Dependence as the cost of moving mass."""
