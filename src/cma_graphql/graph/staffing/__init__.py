"""Staffing in the schema: what advisors can do, when they work and are away, what they carry."""
