"""How single values are written in the UK: one module per format, all refusing in the same way."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Parameter = str | int


class FormatError(ValueError):
    """A value breaks a rule of its format. The message never repeats the value; callers add the field."""

    def __init__(self, rule: str, message: str, **params: Parameter) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.params: Mapping[str, Parameter] = params


@dataclass(frozen=True, slots=True)
class Caution:
    """A doubt about an accepted value, which the person who typed it should read."""

    rule: str
    message: str
    params: Mapping[str, Parameter] = field(default_factory=dict)
