"""Speaks HTTP; knows nothing about debts."""
