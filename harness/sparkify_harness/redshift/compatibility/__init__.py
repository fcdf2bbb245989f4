"""What is emulated, as documents that are made from the registries."""
