"""Influence on graphs: who to start with so that most are reached, one file an idea."""
