"""What the page can show: papers with their runs, days, trends, search, and a map."""
