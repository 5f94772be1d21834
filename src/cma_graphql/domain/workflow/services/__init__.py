"""What people do with workflows, their stages and approvals."""
