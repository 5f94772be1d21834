"""What people do with appointments and with the diary: one file per action."""
