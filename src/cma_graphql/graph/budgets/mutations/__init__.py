"""What can be done with statements: with their lines, and with the whole of one."""
