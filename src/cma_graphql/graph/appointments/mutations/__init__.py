"""Mutations of appointments and diaries."""
