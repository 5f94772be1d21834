"""Creditors: the network's register and each centre's copies of it."""
