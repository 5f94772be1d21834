"""Appointments and diaries, as the schema shows them."""
