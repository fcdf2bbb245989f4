"""Redshift's wire protocol, without sockets: framing, messages, authentication, rows."""
