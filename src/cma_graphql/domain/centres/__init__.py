"""Centres: the offices of the network, each with records of its own."""
