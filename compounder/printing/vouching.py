"""What people vouch for on a worksheet: signatures with name, role, time and meaning, and amendments, old beside new.

Source: 21 CFR 11.50 (printed name, date and time, meaning) and 11.10(e) (changes do not obscure what was recorded).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from compounder.domain.calendar import format_day
from compounder.domain.record.deviations import Deviation
from compounder.domain.record.finished import Finished
from compounder.domain.record.header import RecordHeader
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.standing import HELD, Standing
from compounder.domain.record.steps import Steps
from compounder.domain.wording import with_capital
from compounder.printing.documents import PrintedAmendment, PrintedSignature
from compounder.printing.letterhead import moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """What a batch's entries make of it, of its steps and of its finished capsules, what went otherwise, and for each
    of its signatures why it does not hold: empty where it does."""

    standing: Standing = field(default_factory=Standing)
    problems: tuple[str, ...] = ()
    finished: Finished = field(default_factory=Finished)
    steps: Steps = field(default_factory=Steps)
    deviations: tuple[Deviation, ...] = ()

    def signatures(self, record: RecordHeader) -> Iterator[PrintedSignature]:
        """Each signature, in the sequence in which they were made."""
        for signed, problem in zip(self.standing.signatures, self.problems, strict=True):
            earlier = "" if signed.covers else "Of the record before it was changed."
            yield PrintedSignature(
                meaning=with_capital(signed.meaning),
                who=f"{signed.name}, {signed.role}" if signed.role else signed.name,
                at=moment(signed.at, record),
                reason=signed.reason,
                remark=problem or earlier,
            )

    def amendments(self, record: RecordHeader) -> Iterator[PrintedAmendment]:
        """Each amendment, the oldest first."""
        for each in self.standing.amendments:
            was, now = each.shown
            by = f"{each.name}, {moment(each.at, record)}"
            yield PrintedAmendment(what=with_capital(each.title), was=was, now=now, reason=each.reason, by=by)

    def also_decided(self, code: str) -> Iterator[str]:
        """Who decided on a finding as the second person, and why."""
        for each in self.standing.shared:
            if code in each.codes:
                yield f"{each.name}: {each.reason}"


NOTHING_VOUCHED: Final = Vouched()
"""A record as it was stored: nobody signed yet, and nothing was put right."""


def held_back(now: Standing, time_zone: str) -> str:
    """That a batch is held back, since when, by whom and why; nothing of one that is not."""
    if now.status not in HELD or now.moved_at is None:
        return ""
    word = "Void" if now.status is BatchStatus.VOIDED else now.status.capitalize()
    return given_up(word, now.moved_by, now.moved_at, now.reason, time_zone)


def given_up(word: str, name: str, at: datetime, reason: str, time_zone: str) -> str:
    """Who held it back or gave it up, when and why."""
    return f"{word} {format_day(at.astimezone(ZoneInfo(time_zone)).date())} by {name}: {reason}"
