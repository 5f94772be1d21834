"""Names of files as people send them: what is left of one is safe to save a file under, anywhere."""

import re
import unicodedata

from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.text import one_line

LONGEST_FILE_NAME = 200
_NOT_IN_NAMES = frozenset('<>:"|?*')
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)", re.IGNORECASE)
"""What Windows takes for a device, whatever its extension."""


def normalise_file_name(text: str) -> str:
    """Return the last part of a path, without what some system refuses and without marks that turn text around.

    Refuses with `blank`, `too-long` (200 characters), `control-character`, `lone-surrogate`, `combining-marks`.
    """
    line = one_line(text, max_length=4 * LONGEST_FILE_NAME)
    last = line.replace("\\", "/").rpartition("/")[2]
    shown = (letter for letter in last if unicodedata.category(letter) != "Cf")  # an .exe that reads like .pdf
    name = "".join("_" if letter in _NOT_IN_NAMES else letter for letter in shown).strip(" .")
    if _DEVICES.match(name):
        name = f"_{name}"
    if not name:
        raise FormatError("blank", "This may not be empty.", minimum=1)
    return one_line(name, max_length=LONGEST_FILE_NAME)  # what is left of a path may be nothing that one sees


def extension(name: str) -> str:
    """Return what follows the last full stop of a file's name, in small letters; empty where there is none."""
    stem, _, ending = name.rpartition(".")
    return ending.lower() if stem else ""
