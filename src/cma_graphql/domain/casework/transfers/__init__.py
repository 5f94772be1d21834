"""Transfers between centres: the one way in which a record changes hands, as units of work of one centre each."""
