"""Jobs that were given up, for those who administer a centre or the platform."""
