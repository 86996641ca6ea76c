"""One step of a formulation's method, in words; and how long it is mixed, where the formulation says how long.

Which time mixes evenly is the formulation's own finding: no chapter names one (USP <1160> asks for an even mixture).
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from compounder.domain.bounds import require_count
from compounder.domain.errors import MissingKey

LONGEST_MIXING: Final = 1_440
"""Minutes: a day."""
_TIMED: Final = re.compile(r"(?P<words>.*\S)\s*\((?P<minutes>[0-9]{1,4}) min\)", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """What is done, and for how many minutes; None where it takes as long as it takes."""

    words: str
    minutes: int | None = None

    def __post_init__(self) -> None:
        if not self.words.strip():
            raise MissingKey(missing="words")
        if self.minutes is not None:
            require_count(self.minutes, 1, LONGEST_MIXING, "minutes")

    @property
    def lasts(self) -> timedelta:
        """How long it is mixed at least; nothing where no time is named."""
        return timedelta(minutes=self.minutes or 0)

    def __str__(self) -> str:
        """As a line of the method: `"Mix to an even look. (10 min)"`."""
        return self.words if self.minutes is None else f"{self.words} ({self.minutes} min)"


def read_instruction(line: str) -> Instruction:
    """A line of a method; refuses a time that is no minute or more than a day.

    >>> read_instruction("Mix to an even look. (10 min)").minutes
    10
    """
    timed = _TIMED.fullmatch(line)
    return Instruction(words=timed["words"], minutes=int(timed["minutes"])) if timed else Instruction(words=line)
