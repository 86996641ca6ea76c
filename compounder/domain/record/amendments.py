"""Amendments: what may be corrected in a record that stays as it was. None changes a dose; each keeps the old value.

Source: 21 CFR 11.10(e): changes do not obscure what was recorded before. A wrong dose, lot or weighing is no slip of
the pen: such a batch is rejected or voided.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from compounder.domain.batch.weighing import Weighing
from compounder.domain.bounds import require_count, require_reason, require_text
from compounder.domain.calendar import format_day, parse_day
from compounder.domain.errors import NotAccepted, OutOfBounds
from compounder.domain.record.journal import JournalEntry
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.stock.equipment import Balance
from compounder.domain.units import parse_count_text

LONGEST_LABEL, LONGEST_REMARK = 60, 500


class Amended(StrEnum):
    """What may be amended. `balance`: the one that an ingredient was really weighed on. `remark`: anything else."""

    BEYOND_USE_DATE = "beyond-use date"
    COMPOUNDED_ON = "day of compounding"
    CAPSULES_MADE = "capsules made"
    BALANCE = "balance"
    REMARK = "remark"


_A_YEAR: Final = timedelta(days=366)
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
class Here:
    """Where a correction is made: the pharmacy's own day, and its balances."""

    on: date
    balances: tuple[Balance, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """An amendment as it is kept: the old value beside the new, days as year-month-day; who, when, why. One of a day
    says the beyond-use date that holds from then on. `ended_with` is the number of the plan that it was of, once that
    is revised; 0 while it holds."""

    what: Amended
    label: str
    old: str
    new: str
    reason: str
    name: str
    at: datetime
    beyond_use_date: str = ""
    ended_with: int = 0

    @property
    def title(self) -> str:
        """What was amended, for people: "beyond-use date", "balance for naltrexone hydrochloride"."""
        match self.what:
            case Amended.BALANCE:
                return f"{self.what} for {self.label}"
            case Amended.REMARK:
                return self.label
            case _:
                return f"{self.what}, plan {self.ended_with}, since revised" if self.ended_with else self.what.value

    @property
    def shown(self) -> tuple[str, str]:
        """The old value and the new one, for people."""
        if self.what in _DAYS:
            return format_day(date.fromisoformat(self.old)), format_day(date.fromisoformat(self.new))
        return self.old, self.new


def after_revision(amendments: Sequence[Amendment], plan_number: int) -> tuple[Amendment, ...]:
    """The amendments once the plan of this number is revised: how many capsules it made is nothing of the new one."""
    return tuple(
        replace(each, ended_with=plan_number) if each.what is Amended.CAPSULES_MADE and not each.ended_with else each
        for each in amendments
    )


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
        beyond_use_date=said.get("beyond_use_date", ""),
    )


def amend(
    record: CompoundingRecord, before: Sequence[Amendment], correction: Correction, here: Here
) -> Mapping[str, str]:
    """What the entry of a correction says that is made `here`; `before` are the amendments so far.

    Refuses what is not readable, a beyond-use date that is not earlier, a day to come, a balance that cannot weigh the
    mass, more capsules than its powder fills, and a correction that changes nothing. An earlier day of compounding
    takes the beyond-use date back with it, as far as the policy goes.
    """
    require_reason(correction.reason)
    old = _current(record, before, correction)
    as_it_is = as_amended(record, before)
    new = _READERS[correction.what](correction, as_it_is, here)
    if new == old:
        raise NotAccepted(read=correction.value, accepted="another value than the one that stands", field_name="value")
    label = correction.label if correction.what in (Amended.BALANCE, Amended.REMARK) else ""
    said = {"what": correction.what, "label": label, "old": old, "new": new, "reason": correction.reason}
    return (
        {**said, "beyond_use_date": _beyond_use(as_it_is, correction.what, new)} if correction.what in _DAYS else said
    )


def _beyond_use(record: CompoundingRecord, what: Amended, new: str) -> str:
    """The date that holds after a day was amended: never later than before."""
    day, holds = date.fromisoformat(new), record.plan.beyond_use_date
    allowed = day if what is Amended.BEYOND_USE_DATE else record.order.beyond_use.last_day(day)
    return min(holds, allowed).isoformat()


def _current(record: CompoundingRecord, before: Sequence[Amendment], correction: Correction) -> str:
    """What the record says of it now."""
    for amendment in reversed(before):
        if (amendment.what, amendment.label) == (correction.what, correction.label) and not amendment.ended_with:
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
    return _weighing(record, ingredient).balance


def _weighing(record: CompoundingRecord, ingredient: str) -> Weighing:
    planned = {weighing.ingredient: weighing for weighing in record.plan.weighings}
    if ingredient not in planned:
        raise NotAccepted(read=ingredient, accepted=" or ".join(planned), field_name="label")
    return planned[ingredient]


def _earlier_day(correction: Correction, record: CompoundingRecord, _: Here) -> str:
    return _day_between(correction.value, record.order.compounded_on, record.plan.beyond_use_date)


def _day_made(correction: Correction, record: CompoundingRecord, here: Here) -> str:
    return _day_between(correction.value, record.order.compounded_on - _A_YEAR, here.on)


def _day_between(text: str, first: date, last: date) -> str:
    day = parse_day(text)
    if not first <= day <= last:
        raise OutOfBounds(read=format_day(day), least=format_day(first), most=format_day(last), field_name="value")
    return day.isoformat()


def _count(correction: Correction, record: CompoundingRecord, _: Here) -> str:
    """Capsules that the powder weighed fills: at most a tenth more than were planned."""
    count = parse_count_text(correction.value)
    require_count(count, 0, record.plan.capsules_to_make * 11 // 10, "value")
    return str(count)


def _fit_balance(correction: Correction, record: CompoundingRecord, here: Here) -> str:
    """A balance of the pharmacy that weighs this mass within the tolerance."""
    weighing = _weighing(record, correction.label)
    tolerance = record.order.weighing_tolerance
    fit = [
        balance.name
        for balance in here.balances
        if balance.minimum_weighable(tolerance) <= weighing.to_weigh and balance.carries(weighing.to_weigh)
    ]
    if correction.value not in fit:
        raise NotAccepted(read=correction.value, accepted=" or ".join(fit), field_name="value")
    return correction.value


def _words(correction: Correction, _: CompoundingRecord, __: Here) -> str:
    require_text(correction.value, LONGEST_REMARK, "value")
    return correction.value


_READERS: Final[Mapping[Amended, Callable[[Correction, CompoundingRecord, Here], str]]] = {
    Amended.BEYOND_USE_DATE: _earlier_day,
    Amended.COMPOUNDED_ON: _day_made,
    Amended.CAPSULES_MADE: _count,
    Amended.BALANCE: _fit_balance,
    Amended.REMARK: _words,
}


def earliest(planned: date, amendments: Sequence[Amendment]) -> date:
    """The beyond-use date that holds: the plan's, or an earlier one that it was amended to."""
    amended = (date.fromisoformat(each.beyond_use_date) for each in amendments if each.beyond_use_date)
    return min([planned, *amended])


def made_on(planned: date, amendments: Sequence[Amendment]) -> date:
    """The day of compounding that holds: the order's, or the last that it was amended to."""
    amended = (each.new for each in amendments if each.what is Amended.COMPOUNDED_ON)
    return date.fromisoformat([planned.isoformat(), *amended][-1])


def as_amended(record: CompoundingRecord, amendments: Sequence[Amendment]) -> CompoundingRecord:
    """The record as papers and pages go by it: its days are those that they were amended to."""
    for each in amendments:
        if each.what is Amended.COMPOUNDED_ON:
            record = replace(record, order=replace(record.order, compounded_on=date.fromisoformat(each.new)))
        if each.beyond_use_date and date.fromisoformat(each.beyond_use_date) < record.plan.beyond_use_date:
            day = date.fromisoformat(each.beyond_use_date)
            limit = f"{each.what} amended: {each.reason}"
            record = replace(record, plan=replace(record.plan, beyond_use_date=day, beyond_use_limit=limit))
    return record
