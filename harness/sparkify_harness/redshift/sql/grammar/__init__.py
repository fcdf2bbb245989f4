"""The grammar of Redshift SQL: an allow-list, one module for each chapter of statements."""
