"""Messages that clients send, one module per chapter of the protocol."""
