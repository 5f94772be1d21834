"""Live updates below the transports: what has happened, read from the log, as the answers of subscriptions."""
