"""Strict Redshift SQL: parsing, the closed world, names and types."""
