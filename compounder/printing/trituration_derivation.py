"""How the figures of a trituration came about: planned, and from the weights taken once it is made.

active fraction = what it starts with × that one's own fraction ÷ total; strength = active fraction × potency. Source:
USP <1160>, trituration.
"""

from collections.abc import Iterator

from compounder.domain.batch.derivation import potency_line
from compounder.domain.batch.derivation_lines import DerivationLine, derivation_line
from compounder.domain.batch.dilution_derivation import tablets_line
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.potency import Potency
from compounder.domain.batch.source import Tablets, tablets_of
from compounder.domain.calendar import format_day
from compounder.domain.record.trituration_record import TriturationMade, TriturationRecord
from compounder.domain.units import MASS, Mass, format_reading, format_shown, in_unit, percent_text, ratio, shown
from compounder.printing.triturating import ratio_in_words, strength_text

_USP = "USP <1160>"
_FRACTION = "drug powder as weighed ÷ total"
_STRENGTH = "active fraction × potency × 1,000 mg/g"


def derive_trituration(
    record: TriturationRecord, potency: Potency, made: TriturationMade | None
) -> Iterator[DerivationLine]:
    """Every figure, in the worksheet's order."""
    yield _potency(record.order, potency)
    yield from _planned(record, potency)
    yield from _weighed(record)
    if made:
        yield from _as_made(record, made, potency)
    dated = made or record
    yield derivation_line(
        "Beyond-use date",
        "earliest of the policy and the dates of its parts",
        "",
        format_day(dated.beyond_use_date),
        dated.beyond_use_limit,
    )


def _potency(order: BatchOrder, potency: Potency) -> DerivationLine:
    tablets = tablets_of(order.source)
    if tablets is None:
        return potency_line(order.active, order.strength_basis, potency)
    masses = f"{_mass(tablets.tablet_strength)} ÷ {_mass(tablets.mean_tablet_mass)}"
    return derivation_line(
        "Potency of the crushed tablets",
        "tablet strength ÷ mean tablet mass × molar masses",
        f"{masses} × {shown(potency.molar_mass_term)}",
        shown(potency.value),
        "tablets' label; mean of the tablets weighed",
    )


def _planned(record: TriturationRecord, potency: Potency) -> Iterator[DerivationLine]:
    plan = record.plan
    first, diluent = plan.weighings
    sum_of = f"{_mass(first.exact)} + {_mass(diluent.exact)}"
    yield derivation_line(
        "Total planned", "what it starts with + diluent", sum_of, _mass(plan.total), ratio_in_words(plan.ratio)
    )
    fraction, strength = shown(plan.active_fraction), strength_text(plan.active_fraction, potency.value)
    yield derivation_line(
        "Active fraction planned", _FRACTION, f"{plan.ratio}{_of_another(plan.made_from)}", fraction, _USP
    )
    yield derivation_line("Strength planned", _STRENGTH, f"{fraction} × {shown(potency.value)}", strength, _USP)


def _of_another(made_from: str | None) -> str:
    return f" of trituration {made_from}" if made_from else ""


def _weighed(record: TriturationRecord) -> Iterator[DerivationLine]:
    balances = {balance.name: balance for balance in record.order.balances}
    for weighing in record.plan.weighings:
        balance = balances[weighing.balance]
        yield derivation_line(
            f"{weighing.ingredient[:1].upper()}{weighing.ingredient[1:]} to weigh",
            f"half up to {format_reading(balance.readability)}",
            _mass(weighing.exact),
            format_reading(weighing.to_weigh),
            f"balance {weighing.balance}",
        )
        if isinstance(record.order.source, Tablets) and weighing.tablets:
            yield tablets_line(record.order.source, weighing, weighing.tablets)
    for name, minimum in {each.balance: each.minimum_weighable for each in record.plan.weighings}.items():
        rule, source = balances[name].minimum_formula
        tolerance = f"tolerance {percent_text(record.order.weighing_tolerance)} %"
        yield derivation_line(f"Least that {name} weighs", rule, tolerance, _mass(minimum), source)


def _as_made(record: TriturationRecord, made: TriturationMade, potency: Potency) -> Iterator[DerivationLine]:
    taken = "weights taken"
    weights = (made.weights.started_with, made.weights.diluent)
    sum_of = " + ".join(format_reading(weight) for weight in weights)
    yield derivation_line("Total made", "what it starts with + diluent", sum_of, _mass(made.total), taken)
    fraction, strength = shown(made.active_fraction), strength_text(made.active_fraction, potency.value)
    numbers = f"{format_reading(weights[0])} ÷ {_mass(made.total)}{_by_its_own(record, made)}"
    yield derivation_line("Active fraction as made", _FRACTION, numbers, fraction, taken)
    yield derivation_line("Strength as made", _STRENGTH, f"{fraction} × {shown(potency.value)}", strength, taken)


def _by_its_own(record: TriturationRecord, made: TriturationMade) -> str:
    """The fraction of the trituration that it was started with, if it was."""
    own = made.active_fraction / ratio(in_unit(made.weights.started_with, MASS) / made.total)
    return f" × {shown(own)}, that of {record.made_from or record.plan.made_from}" if record.plan.made_from else ""


def _mass(mass: Mass) -> str:
    return format_shown(mass, MASS)
