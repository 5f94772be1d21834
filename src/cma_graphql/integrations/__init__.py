"""The outside world: one folder each, with a port, a real side and a null twin."""
