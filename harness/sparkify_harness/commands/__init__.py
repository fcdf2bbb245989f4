"""One module per command of `sparkify`, and what they share."""
