"""How much of a distribution a generator covers."""
