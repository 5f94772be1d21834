"""Free text: what may be stored, and the key by which names are sorted and found."""

import re
import unicodedata

from cma_graphql.core.formats import FormatError

NAME_KEY_LENGTH = 200
"""Characters of a name that take part in sorting and searching: longer keys would not fit into an index."""

# The Stream-Safe Text Format of Unicode (UAX 15) allows 30 combining marks in a row. Normalising a long row
# takes time in its square: a megabyte of them would hold the server for minutes.
_MARKS_IN_A_ROW = 30
# Composing shortens text at most fourfold, so that longer text is refused before any work is done on it.
_COMPOSITION = 4

_MULTILINE_CONTROLS = frozenset("\n\t")
# Word processors end lines with more than LF: vertical tab, form feed, next line, the separators of Unicode.
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# What people type for an apostrophe, and the full stop: none of them parts a word.
_APOSTROPHES = dict.fromkeys(map(ord, "'.`´ʹʻʼʽʾʿˈ‘’‛′"))  # noqa: RUF001 - they look alike on purpose
_ASCII_PARTING = {code: " " for code in range(128) if not chr(code).isalnum()}
_LETTERS_WITHOUT_DECOMPOSITION = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ŧ": "t",
        "ı": "i",  # noqa: RUF001 - the dotless i of Turkish
        "ŋ": "n",
        "ə": "e",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ĸ": "k",
        "ɓ": "b",
        "ɗ": "d",
        "ƙ": "k",
        "ƴ": "y",
        "ɛ": "e",
        "ɔ": "o",
    }
)


def one_line(text: str, *, max_length: int, min_length: int = 1) -> str:
    """Return text of one line, composed (NFC) and stripped; lengths in characters; min_length 0 admits none.

    Refuses with `blank`, `too-short`, `too-long`, `control-character`, `lone-surrogate`, `combining-marks`.
    """
    return _storable(text, min_length, max_length, allowed_controls=frozenset())


def multiline(text: str, *, max_length: int, min_length: int = 1) -> str:
    """Return text of several lines, composed, stripped, with LF between; tabs stay. Refuses like one_line."""
    return _storable(_LINE_ENDS.sub("\n", text), min_length, max_length, allowed_controls=_MULTILINE_CONTROLS)


def name_key(text: str) -> str:
    """Return the key by which a name sorts and is found by prefix: folded case, no accents, single spaces.

    Apostrophes and full stops vanish, other punctuation parts words; scripts other than Latin stay as they
    are. Takes any text, also what somebody has typed so far, and looks at its first characters only.
    """
    start = text[: 2 * NAME_KEY_LENGTH].casefold().translate(_APOSTROPHES)
    if start.isascii():  # as most are: a tenth of the time, where a caseload's words are written
        return " ".join(start.translate(_ASCII_PARTING).split())[:NAME_KEY_LENGTH].strip()
    parts = unicodedata.normalize("NFKD", start).casefold().translate(_APOSTROPHES)
    bare = "".join(letter for letter in parts if not unicodedata.combining(letter))
    spaced = "".join(
        letter if unicodedata.category(letter)[0] in "LNM" else " "
        for letter in bare.translate(_LETTERS_WITHOUT_DECOMPOSITION)
    )
    return unicodedata.normalize("NFC", " ".join(spaced.split()))[:NAME_KEY_LENGTH].strip()


def refuse_unstorable(text: str, *, allowed_controls: frozenset[str] = frozenset()) -> None:
    """Refuse control characters, lone surrogates and endless rows of combining marks."""
    marks = 0
    for position, letter in enumerate(text):
        if letter.isascii():
            category = "Cc" if letter < " " or letter == "\x7f" else ""
            marks = 0
        else:
            category = unicodedata.category(letter)
            marks = marks + 1 if unicodedata.combining(letter) else 0
        if category in {"Cc", "Zl", "Zp"} and letter not in allowed_controls:
            raise FormatError(
                "control-character",
                f"Character {position + 1} is a control character, which cannot be kept.",
                position=position + 1,
                character=f"U+{ord(letter):04X}",
            )
        if category == "Cs":
            raise FormatError(
                "lone-surrogate",
                f"Character {position + 1} is half of a character.",
                position=position + 1,
            )
        if marks > _MARKS_IN_A_ROW:
            raise FormatError(
                "combining-marks",
                f"More than {_MARKS_IN_A_ROW} accents follow one another.",
                maximum=_MARKS_IN_A_ROW,
            )


def _storable(text: str, min_length: int, max_length: int, *, allowed_controls: frozenset[str]) -> str:
    text = text.strip()
    if len(text) > max_length * _COMPOSITION:
        raise _too_long(max_length)
    refuse_unstorable(text, allowed_controls=allowed_controls)
    # Composing can bring a space to an end of the text, where the first strip did not see it.
    text = unicodedata.normalize("NFC", text).strip()
    if len(text) > max_length:
        raise _too_long(max_length)
    if min_length and not any(_is_visible(letter) for letter in text):
        raise FormatError("blank", "This may not be empty.", minimum=min_length)
    if len(text) < min_length:
        raise FormatError("too-short", f"Write at least {min_length} characters.", minimum=min_length)
    return text


def _too_long(max_length: int) -> FormatError:
    return FormatError("too-long", f"Write at most {max_length} characters.", maximum=max_length)


def _is_visible(letter: str) -> bool:
    return unicodedata.category(letter)[0] not in "ZC"
