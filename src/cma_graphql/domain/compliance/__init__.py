"""Compliance: frameworks, the checklists they ask for, and how far each case is."""
