"""The front doors: the command line (`cli`) and the static report (`report`)."""
