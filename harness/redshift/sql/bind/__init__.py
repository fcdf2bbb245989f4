"""The binder: from a parsed statement to the typed tree."""
