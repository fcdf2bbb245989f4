"""What executes the typed tree."""
