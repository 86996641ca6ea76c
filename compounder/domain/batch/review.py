"""The review: one small function a rule; each looks at an order and its figures and says what a person must see.

The rules on the certificate stand in `certificate_review`, those on what a powder can be in `powder_review`, those on
weighings and lots in `weighing_review`.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import ROUND_DOWN, Context, Decimal
from itertools import chain

from compounder.domain.batch.capsules import FillMethod
from compounder.domain.batch.certificate_review import review_certificate
from compounder.domain.batch.figures import Figures, active_per_capsule, batch_mass
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.potency import corrected_potency
from compounder.domain.batch.powder_review import packing_is_possible, tablets_are_usual
from compounder.domain.batch.sizes import heaviest_plausible
from compounder.domain.batch.source import TriturationLot, tablets_of
from compounder.domain.batch.weighing import A_HAIR, A_NANOGRAM
from compounder.domain.batch.weighing_review import (
    balances_are_calibrated,
    every_mass_can_be_weighed,
    lots_may_be_used,
    uncertainty_meets_target,
)
from compounder.domain.calendar import format_day
from compounder.domain.errors import CompoundingError
from compounder.domain.findings import Finding, caution, decide, note, stop
from compounder.domain.units import (
    MASS,
    MASS_PER_CAPSULE,
    MassPerCapsule,
    format_dose,
    format_rounded,
    format_shown,
    magnitude,
    percent_text,
    ratio,
)
from compounder.domain.wording import with_capital

Rule = Callable[[BatchOrder, Figures], Iterator[Finding]]

_PLAUSIBLE_SHARE, _PLAUSIBLE_EXCESS = Decimal("0.5"), Decimal("1.15")
_BRIEFLY = Context(prec=2, rounding=ROUND_DOWN)
_SLIPPED_POINTS = ((Decimal(10), "Ten"), (Decimal(100), "A hundred"), (Decimal(1000), "A thousand"))


def review(order: BatchOrder, figures: Figures) -> tuple[Finding, ...]:
    """Every finding on one strength, stops first as the rules are listed."""
    return tuple(chain.from_iterable(rule(order, figures) for rule in RULES))


def strength_in_range(order: BatchOrder, figures: Figures) -> Iterator[Finding]:
    """Outside the formulation's range there is no batch; a slipped decimal point is named where it explains it."""
    if not order.formulation or not order.formulation.strength_range:
        return
    least, most = order.formulation.strength_range
    if not least <= figures.line.strength <= most:
        span = f"{format_dose(least)} to {format_dose(most)}"
        slip = _slipped_point(figures.line.strength, order.formulation.usual_strengths)
        yield stop(
            "strength-out-of-range", f"{format_dose(figures.line.strength)} is outside this formulation, {span}.{slip}"
        )


def _slipped_point(strength: MassPerCapsule, usual: Sequence[MassPerCapsule]) -> str:
    for factor, word in _SLIPPED_POINTS:
        if strength / factor in usual:
            return f" {word} times less is {format_dose(strength / factor)}."
        if strength * factor in usual:
            return f" {word} times more is {format_dose(strength * factor)}."
    return ""


def strength_is_usual(order: BatchOrder, figures: Figures) -> Iterator[Finding]:
    """A strength in the range that is not a usual one is decided by a person; a slipped point is named here too."""
    limits = order.formulation
    if not limits or not limits.usual_strengths or figures.line.strength in limits.usual_strengths:
        return
    if not limits.strength_range or limits.strength_range[0] <= figures.line.strength <= limits.strength_range[1]:
        slip = _slipped_point(figures.line.strength, limits.usual_strengths)
        yield decide(
            "strength-not-usual",
            f"{format_dose(figures.line.strength)} is not a usual strength of this formulation; "
            f"check the prescription and give the reason.{slip}",
        )


def strength_is_asked_for(order: BatchOrder, figures: Figures) -> Iterator[Finding]:
    """A strength that prescriptions are not short of, in an order that leaves out one that they are, may be a slip."""
    strength, ordered = figures.line.strength, [line.strength for line in order.strengths]
    left_out = [asked for asked in order.asked_for if asked not in ordered]
    if left_out and strength not in order.asked_for:
        yield caution(
            "strength-not-asked-for",
            f"Prescriptions are short of {format_dose(left_out[0])}, which is not ordered, and not of "
            f"{format_dose(strength)}; check the strength.",
        )


def ingredients_are_in_date(order: BatchOrder, figures: Figures) -> Iterator[Finding]:
    """A lot is expired when the compounding day is after its expiry."""
    for name, expires_on in _expiries(order):
        if order.compounded_on > expires_on:
            yield stop(
                "ingredient-expired",
                f"{with_capital(name)} expired on {format_day(expires_on)}, "
                "before the compounding day; choose another lot.",
            )


def _expiries(order: BatchOrder) -> Iterator[tuple[str, date]]:
    yield order.active.substance.name, order.active.expires_on
    yield order.filler.substance.name, order.filler.expires_on
    if order.next_active:
        yield order.next_active.powder.substance.name, order.next_active.powder.expires_on
    if isinstance(order.source, TriturationLot):
        yield f"trituration {order.source.name}", order.source.expires_on


def certificate_is_plausible(order: BatchOrder, figures: Figures) -> Iterator[Finding]:
    """What the certificates say matters where the order is corrected by them; tablets go by their label."""
    if order.correct_for_potency and not tablets_of(order.source):
        yield from review_certificate(order.active)
        if order.next_active:
            yield from review_certificate(order.next_active.powder)


def filler_is_enough(order: BatchOrder, figures: Figures) -> Iterator[Finding]:
    """A size that was named, or a fixed fill, leaves the filler that a size chosen by the formulation would."""
    least = order.formulation.minimum_filler_fraction if order.formulation else Decimal(0)
    if not figures.fill.leaves(least):
        is_fixed = figures.fill.method is FillMethod.MASS
        whole, advice = ("fill", "Plan a heavier fill") if is_fixed else ("capsule", "Choose a larger size")
        left = percent_text(_BRIEFLY.plus(figures.fill.room_left))
        yield caution(
            "little-filler",
            f"The dose leaves {left} % of the {whole} for filler; "
            f"the formulation asks for {percent_text(least)} %. {advice}.",
        )


def fill_is_plausible(order: BatchOrder, figures: Figures) -> Iterator[Finding]:
    """A fill over 15 % heavier than the capsule's volume at the filler's tapped density hints at a wrong figure, as one
    does that is not half of it: such powder is not known."""
    heaviest, total, size = heaviest_plausible(order, figures.fill.size), figures.fill.total, figures.fill.size
    if heaviest is None or _PLAUSIBLE_SHARE - A_HAIR <= ratio(total / heaviest) <= _PLAUSIBLE_EXCESS + A_HAIR:
        return
    where = "far above" if total > heaviest else "not half of"
    yield caution(
        "implausible-fill",
        f"The fill of {format_rounded(total, MASS_PER_CAPSULE)} is {where} the "
        f"{format_rounded(heaviest, MASS_PER_CAPSULE)} that size {size} holds tapped; check statistics and size.",
    )


def pack_statistics_are_measured(order: BatchOrder, figures: Figures) -> Iterator[Finding]:
    """A statistic scaled from another size is an estimate."""
    for name, measured_at in figures.fill.estimated_from:
        yield caution(
            "estimated-pack-statistic",
            f"The pack statistic of {name} is estimated from size {measured_at}; "
            f"measure it at size {figures.fill.size}.",
        )


def potency_is_corrected(order: BatchOrder, figures: Figures) -> Iterator[Finding]:
    """Where correction is switched off, both masses are named."""
    if order.correct_for_potency or tablets_of(order.source):
        return
    uncorrected = format_shown(figures.dose.drug, MASS)
    yield caution(
        "potency-correction-off",
        f"Potency correction is off: {uncorrected} is planned; {_corrected_mass(order, figures)}",
    )


def _corrected_mass(order: BatchOrder, figures: Figures) -> str:
    try:
        potency = corrected_potency(order.active, order.strength_basis)
    except CompoundingError as refusal:
        return f"no corrected mass exists. {refusal}"
    powder = active_per_capsule(order, figures.line.strength, potency)
    return f"corrected by the certificate it would be {format_shown(batch_mass(powder, figures.dose.mixed_for), MASS)}."


def policy_limits_beyond_use(order: BatchOrder, figures: Figures) -> Iterator[Finding]:
    """An ingredient's expiry before the policy's date shortens the beyond-use date."""
    limit, policy = figures.beyond_use, figures.limits[0]
    if not limit.is_policy:
        yield caution(
            "ingredient-limits-beyond-use-date",
            f"The {limit.because} sets the beyond-use date, {format_day(limit.on)}; "
            f"the policy alone gives {format_day(policy.on)}.",
        )


def beyond_use_within_study(order: BatchOrder, figures: Figures) -> Iterator[Finding]:
    """One year is the proposal of a study whose data end at day 360."""
    number = order.beyond_use.day_number(order.compounded_on, figures.beyond_use.on)
    if number > order.beyond_use.study_days:
        yield note(
            "beyond-study-data",
            f"The stability study ends at day {order.beyond_use.study_days}; this beyond-use date is day {number}. "
            "Its authors propose one year.",
        )


def size_was_chosen(order: BatchOrder, figures: Figures) -> Iterator[Finding]:
    """The order left the size open."""
    if order.capsule_size is None and figures.fill.size is not None:
        yield note(
            "size-chosen", f"Size {figures.fill.size} was chosen: the smallest that holds dose and enough filler."
        )


def all_of_the_mixture_is_filled(order: BatchOrder, figures: Figures) -> Iterator[Finding]:
    """What a plan that was revised to more powder than its capsules hold leaves over is no more capsules."""
    left_over = magnitude(figures.dose.left_over, MASS)
    if left_over >= A_NANOGRAM:
        yield caution(
            "mixture-left-over",
            f"{format_rounded(figures.dose.left_over, MASS)} of the mixture is left over once "
            f"{figures.capsules_to_make:,} capsules are filled; discard it.",
        )


RULES: tuple[Rule, ...] = (
    strength_in_range,
    every_mass_can_be_weighed,
    balances_are_calibrated,
    ingredients_are_in_date,
    lots_may_be_used,
    strength_is_usual,
    strength_is_asked_for,
    certificate_is_plausible,
    filler_is_enough,
    fill_is_plausible,
    packing_is_possible,
    tablets_are_usual,
    pack_statistics_are_measured,
    potency_is_corrected,
    uncertainty_meets_target,
    policy_limits_beyond_use,
    beyond_use_within_study,
    size_was_chosen,
    all_of_the_mixture_is_filled,
)
