"""A database of its own for tests that race."""

from domain.casework.conftest import arena

__all__ = ["arena"]
