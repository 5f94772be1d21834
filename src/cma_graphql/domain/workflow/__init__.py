"""The workflow of a case: its stages as they run, and the approvals that they wait for."""
