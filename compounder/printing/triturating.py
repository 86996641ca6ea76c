"""A trituration on paper: what it is called, what it is for, how strong it is, and its steps on a batch's worksheet.

Strength = active fraction × potency, mg of active on the strength's basis per gram. Source: USP <1160>, trituration.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from compounder.domain.batch.source import TriturationRatio
from compounder.domain.batch.trituration import Trituration
from compounder.domain.calendar import format_day
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.record.trituration_record import TriturationUsed
from compounder.domain.units import MASS, digits, format_dose, format_shown
from compounder.printing.documents import TriturationSteps
from compounder.printing.jars import Shelf
from compounder.printing.method_steps import trituration_steps
from compounder.printing.weighing_lines import weighing_line

_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_MILLIGRAMS_IN_A_GRAM = 1000
_AS_A_STRENGTH = Context(prec=4, rounding=ROUND_HALF_UP)


def ratio_in_words(ratio: TriturationRatio) -> str:
    """ "1:10" is one part in ten parts total."""
    parts = _NUMBERS[ratio.parts - 2] if ratio.parts <= len(_NUMBERS) + 1 else f"{ratio.parts:,}"
    return f"one part in {parts} parts total"


def strength_text(active_fraction: Decimal, potency: Decimal) -> str:
    """Active on the strength's basis, to four significant digits: `"98.72 mg/g"`.

    >>> strength_text(Decimal("0.1"), Decimal("0.976128"))
    '97.61 mg/g'
    """
    return f"{digits(_AS_A_STRENGTH.plus(active_fraction * potency * _MILLIGRAMS_IN_A_GRAM))} mg/g"


def used_by(plan: Trituration) -> str:
    """What it is made for; one that several strengths share is made once."""
    *others, last = (format_dose(strength) for strength in plan.used_by)
    return f"Make it once, for {', '.join(others)} and {last}" if others else f"For {last} only"


def triturations_first(record: CompoundingRecord, shelf: Shelf) -> tuple[TriturationSteps, ...]:
    """The steps of each trituration that is made before the batch is weighed, in the sequence they are made."""
    return tuple(_steps(shelf, used) for used in drawn_on(record))


def drawn_on(record: CompoundingRecord) -> Sequence[TriturationUsed]:
    """Those that the plan's aliquots come from, through others too; what is in stock by now is not made again."""
    names = {weighing.trituration for weighing in record.plan.weighings}
    for used in reversed(record.triturations):
        if used.plan.name in names:
            names.add(used.plan.made_from)
    return [used for used in record.triturations if used.plan.name in names]


def _steps(shelf: Shelf, used: TriturationUsed) -> TriturationSteps:
    plan = used.plan
    return TriturationSteps(
        name=plan.name,
        lot_number=used.lot_number,
        ratio=str(plan.ratio),
        ratio_in_words=ratio_in_words(plan.ratio),
        total=format_shown(plan.total, MASS),
        beyond_use_date=format_day(used.beyond_use_date),
        used_by=used_by(plan),
        weighings=tuple(weighing_line(shelf, weighing) for weighing in plan.weighings),
        method=tuple(trituration_steps(plan, used.lot_number)),
    )
