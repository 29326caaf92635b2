"""The addresses of the page, one file a kind."""
