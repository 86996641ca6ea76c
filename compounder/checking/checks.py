"""A check: what is required, against which hazards, what is done to see it; and what became of it.

Installation and operational qualification as a pharmacy files it: requirement → risk → test → result. A check that
could not fail would show nothing, so the tests break what each of them looks at.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from time import monotonic
from types import TracebackType
from typing import Final, Self

from compounder.checking.scratch import Scratch
from compounder.domain.errors import CompoundingError
from compounder.settings import Settings

_LONGEST_CAUSE: Final = 400


class Part(StrEnum):
    """The two qualifications that a report holds."""

    INSTALLATION = "Installation"
    OPERATION = "Operational"


class Failed(Exception):
    """What was found is not what is required; its sentence says what was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What is checked: the installation, which is only looked at, and a scratch pharmacy, which is worked in. `orders`
    is how many random ones are reckoned twice; `at` the moment of the run."""

    where: Settings
    scratch: Scratch
    orders: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the report. `hazards` are numbers of the hazard table; `run` says what it found, or raises."""

    number: str
    part: Part
    requirement: str
    hazards: tuple[str, ...]
    test: str
    run: Callable[[Ground], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a check: what was found, or why it failed, and how long it took."""

    check: Check
    found: str
    has_passed: bool
    seconds: float


class Outcome:
    """Whatever breaks in a check is that check's failure and stands on the report, and the next one still runs: an
    installation in which something is broken is what this is for. A person's Ctrl-C goes on."""

    cause = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> bool:
        if isinstance(error, Exception):
            self.cause = _sentence(error)
        return bool(self.cause)


def carry_out(check: Check, ground: Ground) -> Result:
    """Run one check to its end, whatever becomes of it."""
    found, began, outcome = "", monotonic(), Outcome()
    with outcome:
        found = check.run(ground)
    return Result(check=check, found=found or outcome.cause, has_passed=not outcome.cause, seconds=monotonic() - began)


def require_refused(kind: type[CompoundingError], act: Callable[[], object]) -> str:
    """The sentence with which `act` is refused, as it has to be; fails where it is done."""
    try:
        act()
    except kind as refusal:
        return str(refusal)
    raise Failed(f"What has to be refused ({kind.title.lower()}) was done.")


def _sentence(error: Exception) -> str:
    """What went wrong, short enough for a line of the report."""
    said = " ".join(str(error).split())
    known = isinstance(error, Failed | CompoundingError)
    return (said if known and said else f"{type(error).__name__}: {said}")[:_LONGEST_CAUSE]
