"""Amendments: what may be corrected in a record that stays as it was. None changes a dose; each keeps the old value.

Source: 21 CFR 11.10(e): changes do not obscure what was recorded before. A wrong dose, lot or weighing is no slip of
the pen: such a batch is rejected or voided.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from compounder.domain.bounds import EARLIEST_DAY, MOST_CAPSULES, require_count, require_text
from compounder.domain.calendar import format_day, parse_day
from compounder.domain.errors import MissingKey, NotAccepted, OutOfBounds
from compounder.domain.record.journal import JournalEntry
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.units import parse_count_text

LONGEST_LABEL, LONGEST_REMARK = 60, 500


class Amended(StrEnum):
    """What may be amended. `balance`: the one that an ingredient was really weighed on. `remark`: anything else."""

    BEYOND_USE_DATE = "beyond-use date"
    COMPOUNDED_ON = "day of compounding"
    CAPSULES_MADE = "capsules made"
    BALANCE = "balance"
    REMARK = "remark"


_DAYS: Final = frozenset({Amended.BEYOND_USE_DATE, Amended.COMPOUNDED_ON})


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a person asks for: what of the record, `value` as it is typed, and why. `label` names the ingredient that
    was weighed, or what a remark is about; what needs no name has none."""

    what: Amended
    label: str = ""
    value: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """An amendment as it is kept: the old value beside the new, days as year-month-day; who, when, why."""

    what: Amended
    label: str
    old: str
    new: str
    reason: str
    name: str
    at: datetime

    @property
    def title(self) -> str:
        """What was amended, for people: "beyond-use date", "balance for naltrexone hydrochloride"."""
        match self.what:
            case Amended.BALANCE:
                return f"{self.what} for {self.label}"
            case Amended.REMARK:
                return self.label
            case _:
                return self.what.value

    @property
    def shown(self) -> tuple[str, str]:
        """The old value and the new one, for people."""
        if self.what in _DAYS:
            return format_day(date.fromisoformat(self.old)), format_day(date.fromisoformat(self.new))
        return self.old, self.new


def amendment_of(entry: JournalEntry) -> Amendment:
    """What an entry of this kind tells."""
    said = json.loads(entry.document)
    return Amendment(
        what=Amended(said["what"]),
        label=said["label"],
        old=said["old"],
        new=said["new"],
        reason=said["reason"],
        name=entry.actor.name,
        at=entry.at,
    )


def amend(record: CompoundingRecord, before: Sequence[Amendment], correction: Correction) -> Mapping[str, str]:
    """What the entry of a correction says; `before` are the amendments so far.

    Refuses what is not readable, a beyond-use date that is not earlier, and a correction that changes nothing.
    """
    if not correction.reason.strip():
        raise MissingKey(missing="reason", field_name="reason")
    old = _current(record, before, correction)
    new = _READERS[correction.what](correction.value, as_amended(record, before))
    if new == old:
        raise NotAccepted(read=correction.value, accepted="another value than the one that stands", field_name="value")
    label = correction.label if correction.what in (Amended.BALANCE, Amended.REMARK) else ""
    return {"what": correction.what, "label": label, "old": old, "new": new, "reason": correction.reason}


def _current(record: CompoundingRecord, before: Sequence[Amendment], correction: Correction) -> str:
    """What the record says of it now."""
    for amendment in reversed(before):
        if (amendment.what, amendment.label) == (correction.what, correction.label):
            return amendment.new
    match correction.what:
        case Amended.BEYOND_USE_DATE:
            return record.plan.beyond_use_date.isoformat()
        case Amended.COMPOUNDED_ON:
            return record.order.compounded_on.isoformat()
        case Amended.CAPSULES_MADE:
            return str(record.plan.capsules_to_make)
        case Amended.BALANCE:
            return _balance(record, correction.label)
        case Amended.REMARK:
            require_text(correction.label, LONGEST_LABEL, "label")
            return ""


def _balance(record: CompoundingRecord, ingredient: str) -> str:
    planned = {weighing.ingredient: weighing.balance for weighing in record.plan.weighings}
    if ingredient not in planned:
        raise NotAccepted(read=ingredient, accepted=" or ".join(planned), field_name="label")
    return planned[ingredient]


def _earlier_day(text: str, record: CompoundingRecord) -> str:
    return _day_between(text, record.order.compounded_on, record.plan.beyond_use_date)


def _day_made(text: str, record: CompoundingRecord) -> str:
    return _day_between(text, EARLIEST_DAY, record.plan.beyond_use_date)


def _day_between(text: str, first: date, last: date) -> str:
    day = parse_day(text)
    if not first <= day <= last:
        raise OutOfBounds(read=format_day(day), least=format_day(first), most=format_day(last), field_name="value")
    return day.isoformat()


def _count(text: str, _: CompoundingRecord) -> str:
    count = parse_count_text(text)
    require_count(count, 0, MOST_CAPSULES, "value")
    return str(count)


def _name(text: str, _: CompoundingRecord) -> str:
    require_text(text, LONGEST_LABEL, "value")
    return text


def _words(text: str, _: CompoundingRecord) -> str:
    require_text(text, LONGEST_REMARK, "value")
    return text


_READERS: Final[Mapping[Amended, Callable[[str, CompoundingRecord], str]]] = {
    Amended.BEYOND_USE_DATE: _earlier_day,
    Amended.COMPOUNDED_ON: _day_made,
    Amended.CAPSULES_MADE: _count,
    Amended.BALANCE: _name,
    Amended.REMARK: _words,
}


def earliest(planned: date, amendments: Sequence[Amendment]) -> date:
    """The beyond-use date that holds: the plan's, or an earlier one that it was amended to."""
    amended = (each.new for each in amendments if each.what is Amended.BEYOND_USE_DATE)
    return min([planned, *map(date.fromisoformat, amended)])


def as_amended(record: CompoundingRecord, amendments: Sequence[Amendment]) -> CompoundingRecord:
    """The record as papers and pages go by it: its days are those that they were amended to."""
    for each in amendments:
        day = date.fromisoformat(each.new) if each.what in _DAYS else record.plan.beyond_use_date
        if each.what is Amended.COMPOUNDED_ON:
            record = replace(record, order=replace(record.order, compounded_on=day))
        elif day < record.plan.beyond_use_date:
            plan = replace(record.plan, beyond_use_date=day, beyond_use_limit=f"amended: {each.reason}")
            record = replace(record, plan=plan)
    return record
