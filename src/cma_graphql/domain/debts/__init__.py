"""Debts: what a case's clients owe, to whom, and how urgent it is."""
