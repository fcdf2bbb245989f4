"""What statements do: one executor for each kind of statement."""
