"""What answers clients: sockets, log-in, sessions, the wire protocol."""
