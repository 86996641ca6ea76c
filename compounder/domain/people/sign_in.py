"""How long a session lasts, and how wrong passwords are answered: slower after ten, not at all after a hundred.

Source: NIST SP 800-63B-4, sections 2.2.3 (reauthentication after 12 hours, or 15 minutes of inactivity, as the
stricter levels ask) and 3.2.2 (at most 100 failed attempts in a row).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from compounder.domain.errors import CompoundingError

IDLE: Final = timedelta(minutes=15)
LONGEST: Final = timedelta(hours=12)
UNSLOWED, LOCKED_AT = 10, 100
_LONGEST_WAIT: Final = timedelta(minutes=5)


class WrongPassword(CompoundingError):
    """What was typed does not belong together; which part is wrong is not said."""

    code = "wrong-password"
    title = "Not signed in"
    field_name: str = "password"

    def __str__(self) -> str:
        return "Name, password and code do not belong together; look at each and type them again."


class NotProved(CompoundingError):
    """Who signs did not prove who they are."""

    code = "not-proved"
    title = "Not proved"
    field_name: str = "password"

    def __str__(self) -> str:
        return "That is not your password, or not the code of this half minute. Nothing was done; type it again."


class TooManyFailures(CompoundingError):
    code = "too-many-failures"
    title = "Too many wrong passwords"
    seconds: int
    field_name: str = "password"

    def __str__(self) -> str:
        return f"Too many wrong passwords; wait {self.seconds} second{'s' * (self.seconds > 1)}, then try again."


class Locked(CompoundingError):
    code = "locked"
    title = "Locked"
    field_name: str = "password"

    def __str__(self) -> str:
        return f"{LOCKED_AT} wrong passwords in a row: this name is locked. An owner gives a new link under People."


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """Wrong passwords in a row for a name, and when the last was typed."""

    count: int
    last_at: datetime

    @property
    def wait(self) -> timedelta:
        """How long after the last one the next attempt is looked at: one second after ten, then twice as long each."""
        if self.count < UNSLOWED:
            return timedelta(0)
        return min(timedelta(seconds=2 ** min(self.count - UNSLOWED, 30)), _LONGEST_WAIT)


def require_attempt(failures: Failures | None, now: datetime) -> None:
    """Refuses with `TooManyFailures` an attempt that comes too soon, and with `Locked` any after a hundred."""
    if failures is None:
        return
    if failures.count >= LOCKED_AT:
        raise Locked
    left = failures.last_at + failures.wait - now
    if left > timedelta(0):
        raise TooManyFailures(seconds=ceil(left.total_seconds()))


def is_over(started_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Whether a session has ended: 15 minutes without a request, or 12 hours after it began."""
    return now - seen_at >= IDLE or now - started_at >= LONGEST
