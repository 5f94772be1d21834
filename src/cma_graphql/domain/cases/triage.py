"""Why a case waits for somebody to find an advisor."""

from enum import StrEnum


class TriageReason(StrEnum):
    """Why nobody could be given a case automatically; the first that leaves nobody, in this order."""

    NOBODY_ADVISES = "NOBODY_ADVISES"
    NOBODY_HAS_THE_SKILLS = "NOBODY_HAS_THE_SKILLS"
    NOBODY_HAS_ROOM = "NOBODY_HAS_ROOM"
    NOBODY_IS_AVAILABLE = "NOBODY_IS_AVAILABLE"
