"""How an order is weighed, in finished strings: the ways that were compared, and a card for each trituration."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from compounder.domain.batch.planner import DIRECT, Alternative
from compounder.domain.batch.trituration import Trituration
from compounder.domain.batch.uncertainty import UncertaintyTerm
from compounder.domain.batch.weighing import Role, Weighing
from compounder.domain.units import (
    MASS,
    format_dose,
    format_reading,
    format_rounded,
    format_shown,
    magnitude,
    with_commas,
)
from compounder.domain.wording import with_capital

NO_BREAK = "\N{NO-BREAK SPACE}"
_THREE_DIGITS = Context(prec=3, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mass:
    """One mass to weigh."""

    label: str
    value: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one weighing contributes to the uncertainty of the content."""

    term: str
    percent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WayCard:
    """One way of weighing the order beside the others. `value` is its name as the planner knows it."""

    value: str
    name: str
    why: str
    weighings: str
    left_over: str
    uncertainty: str
    is_possible: bool
    is_taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TriturationCard:
    """One trituration that is made before the batches it is for."""

    name: str
    summary: str
    masses: tuple[Mass, ...]
    total: str
    made_from: str
    portions: tuple[str, ...]


def ways_of(alternatives: Sequence[Alternative]) -> tuple[WayCard, ...]:
    """The comparison, a line a way; nothing where weighing directly is all there is."""
    is_compared = any(alternative.name != DIRECT for alternative in alternatives)
    return tuple(map(_way, alternatives)) if is_compared else ()


def _way(alternative: Alternative) -> WayCard:
    return WayCard(
        value=alternative.name,
        name=with_capital(alternative.name),
        why=with_capital(alternative.verdict),
        weighings=f"{alternative.weighings:,}",
        left_over=format_rounded(alternative.left_over, MASS) if magnitude(alternative.left_over, MASS) else "none",
        uncertainty=percent_shown(alternative.uncertainty),
        is_possible=alternative.is_possible,
        is_taken=alternative.is_taken,
    )


def trituration_card(made: Trituration) -> TriturationCard:
    """The card of a trituration as planned."""
    first, _ = made.weighings
    return TriturationCard(
        name=f"Trituration {made.name}, {made.ratio}",
        summary=f"for {_listed([format_dose(strength) for strength in made.used_by])}",
        masses=tuple(mass_of(weighing) for weighing in made.weighings),
        total=format_shown(made.total, MASS),
        made_from=first.ingredient,
        portions=tuple(format_shown(portion, MASS).replace(" ", NO_BREAK) for portion in made.geometric_dilution),
    )


def mass_of(weighing: Weighing) -> Mass:
    """One mass to weigh, with its balance, and the tablets that are crushed for it."""
    return Mass(label=_label(weighing), value=format_reading(weighing.to_weigh), note=" · ".join(_notes(weighing)))


def _label(weighing: Weighing) -> str:
    if weighing.role is Role.ALIQUOT:
        return f"Aliquot of {weighing.ingredient}"
    if weighing.role is Role.NEXT_ACTIVE and not weighing.ingredient.endswith("second lot"):
        return with_capital(f"{weighing.ingredient}, second lot")
    return with_capital(weighing.ingredient)


def _notes(weighing: Weighing) -> Iterator[str]:
    yield f"on {weighing.balance}"
    if weighing.tablets:
        yield f"crush {weighing.tablets:,} tablet{'' if weighing.tablets == 1 else 's'}"


def shares_of(budget: Sequence[UncertaintyTerm]) -> tuple[Share, ...]:
    """A budget line by line."""
    return tuple(Share(term=with_capital(each.term), percent=percent_shown(each.percent)) for each in budget)


def percent_shown(share: Decimal) -> str:
    """A share to read, with three digits: 0.0071950… is `0.720 %`."""
    return with_commas(f"{_THREE_DIGITS.plus(share).scaleb(2):f} %")


def _listed(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
