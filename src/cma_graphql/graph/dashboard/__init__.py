"""The dashboard: what is counted of a centre, for screens that show it live."""
