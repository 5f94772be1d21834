"""PostgreSQL and Valkey: the one place that begins, scopes and commits transactions."""
