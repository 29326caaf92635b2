"""The commands of `infomax`, one file a kind."""
