"""Auth: signing in, sessions, one-time links, service keys."""
