"""What people do with clients and their consents: one file per action."""
