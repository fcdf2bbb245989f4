"""Messages that the server sends, as bytes, one module per chapter of the protocol."""
