"""Set functions to be maximised, one file each; `_objective` says what a set function must offer."""
