"""Budgets: versioned financial statements, line by line."""
