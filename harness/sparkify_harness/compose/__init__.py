"""The whole stack in containers: settings, engine, services, and what runs inside of them."""
