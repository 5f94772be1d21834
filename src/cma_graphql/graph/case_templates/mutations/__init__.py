"""What can be done with templates of cases and with case types."""
