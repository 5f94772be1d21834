"""What a person can do with debts: one module per kind of act."""
