"""A reading that a balance sent by itself: offered to whoever weighs on that balance, for two minutes, and once.

Every open bench is offered it, until something is weighed on that balance for whichever batch, taken or typed. From
then on what it shows lies there already: the same line is offered again only once the balance has moved.
How long and how often is the house's own rule. What was sent stays evidence: the line as it came, how it is read, when.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from compounder.domain.bounds import require_count
from compounder.domain.errors import CompoundingError, NotAccepted
from compounder.domain.units import Reading

OFFERED_FOR: Final = timedelta(minutes=2)
LONGEST_LINE: Final = 80
_MOST_MILLISECONDS: Final = OFFERED_FOR // timedelta(milliseconds=1)
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSent:
    """What a program at a balance sends: the line as it came, in which protocol, how long ago by its own watch.

    `key` is the program's own, so that a reading sent again because no answer came is the same one. `has_moved` is
    whether it saw the balance move since the reading before.
    """

    key: str
    protocol: str
    line: str
    milliseconds_ago: int
    has_moved: bool = False

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise NotAccepted(read=self.key, accepted="22 letters and digits, new for each reading,", field_name="key")
        if len(self.line) > LONGEST_LINE:
            accepted = f"a line of at most {LONGEST_LINE} letters"
            raise NotAccepted(read=self.line, accepted=accepted, field_name="line")
        require_count(self.milliseconds_ago, 0, _MOST_MILLISECONDS, "milliseconds_ago")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The evidence: the line that a balance sent, how it is read, when, and in whose name its program sends."""

    line: str
    protocol: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedReading:
    """The newest reading that a balance sent; `offer_id` names it."""

    offer_id: str
    balance: str
    reading: Reading
    sent: Sent
    is_used: bool

    def is_open(self, at: datetime, since: datetime | None) -> bool:
        """Whether it may be taken at this moment, by a weighing that was not possible before `since`."""
        is_later = since is None or self.sent.at >= since
        return not self.is_used and is_later and at - self.sent.at <= OFFERED_FOR


class NotOfferedAnyMore(CompoundingError):
    """A reading that was used, is too old, or after which the balance sent another."""

    code = "not-offered-any-more"
    title = "The reading is not offered any more"
    balance: str
    field_name: str = "reading"

    def __str__(self) -> str:
        return f"That reading of {self.balance} was used, or is past; nothing was stored. Look what it shows now."


class OfAnotherBalance(CompoundingError):
    """A reading that another balance sent than the one that was chosen."""

    code = "of-another-balance"
    title = "Another balance sent it"
    chosen: str
    sent_by: str
    field_name: str = "balance"

    def __str__(self) -> str:
        return f"{self.sent_by} sent this reading, and {self.chosen} is chosen; choose the balance that is used."
