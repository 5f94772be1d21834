"""What tests stand on: servers, databases, data, a way to ask the schema."""
