"""The wire protocol without input and output: framing, messages, authentication, row encoding.

PostgreSQL's protocol 3.0 as Redshift speaks it: https://www.postgresql.org/docs/8.0/protocol.html
"""
