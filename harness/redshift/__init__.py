"""The Redshift substitute: a server that speaks Redshift's wire protocol and SQL in front of an engine."""
