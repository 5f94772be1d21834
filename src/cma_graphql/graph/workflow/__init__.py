"""Workflows, their stages and approvals in the schema."""
