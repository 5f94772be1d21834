"""The whole product in memory: what registers itself as its module is imported is all there."""

import pkgutil
from importlib import import_module
from types import ModuleType


def import_all_of(package: ModuleType) -> None:
    """Import a package's every module, whoever else needs it."""
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        import_module(found.name)
