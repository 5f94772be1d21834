"""Mutations of workflows, stages and approvals."""
