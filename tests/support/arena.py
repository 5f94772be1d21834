"""A database for one test in which many write at once."""

from dataclasses import dataclass

from support.acting import Acting
from support.data import Data

WRITERS = 20


@dataclass
class Arena:
    """A database with a connection for each writer."""

    data: Data
    acting: Acting
