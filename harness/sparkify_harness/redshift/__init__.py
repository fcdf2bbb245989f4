"""The Redshift substitute: Redshift's wire protocol and SQL in front of an engine."""
