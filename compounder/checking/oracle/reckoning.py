"""A second reckoning of orders, in fractions, from the rules of the trade alone: it shares no line with the package.

Which way an order is weighed is taken from the answer, its ratios and first masses; all that follows from it is not.
"""

import calendar
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from compounder.checking.oracle.certificates import certificate_findings, moisture
from compounder.checking.oracle.fills import chosen_size, fill, fill_findings, implausible_packing
from compounder.checking.oracle.orders import (
    HYDRATION,
    MOLAR,
    POWDERS,
    Document,
    Refused,
    expiry,
    limits,
    mass,
    read_bounds,
    share,
)
from compounder.checking.oracle.sources import (
    PURE,
    Supply,
    actives,
    as_packed,
    dated,
    potency_of_tablets,
    stock_of,
    supplies_of,
    tablets_of,
)
from compounder.checking.oracle.weighings import Weighed, minimum, uncertainty, weighed, weighing_findings

TARGET = "uncertainty_target_percent"


@dataclass(frozen=True)
class Reckoned:
    """The figures of one batch, masses in mg."""

    to_make: int
    size: str | None
    potency: Fraction
    active: Fraction
    filler: Fraction
    weighings: tuple[Weighed, ...]
    squares: Fraction
    beyond_use: date
    findings: Counter[str]


def reckon(order: Document, made: Sequence[Document] = ()) -> list[Reckoned]:
    """Every batch of the order, or a refusal; of the triturations `made` the ratios and first masses are given."""
    read_bounds(order)
    order = as_packed(order)
    potency_of(order)
    doses, codes = [], set()
    for line in order["strengths"]:
        try:
            doses.append(dose_of(order, line))
        except Refused as refusal:
            codes |= refusal.codes
    try:
        refuse_as_a_whole(order, doses)
        batches = from_two_lots(order, doses) if order.get("next_active") else from_one(order, doses, made)
    except Refused as refusal:
        raise Refused(*codes, *refusal.codes) from None
    if codes:
        raise Refused(*codes)
    return batches


@dataclass(frozen=True)
class Dose:
    """What one strength needs, whichever way it is weighed; masses in mg, for all capsules."""

    line: Document
    to_make: int
    size: str | None
    potency: Fraction
    room: Fraction
    drug: Fraction
    filler: Fraction
    estimated: int
    is_of_two: bool = False


def dose_of(order: Document, line: Document) -> Dose:
    """One strength; refused where no capsule holds it, or the diluent of a trituration in stock."""
    potency = potency_of(order)
    active = mass(line["strength"]) * (1 + share(order, "active_overage_percent")) / potency
    size = order["capsule_size"] or chosen_size(order, active)
    room, filler, estimated = fill(order, active, size)
    if room > 1:
        raise Refused("dose-exceeds-capsule")
    made = to_make(order, line["capsules"])
    dose = Dose(line, made, size, potency, room, active * made, filler * made, estimated)
    if room_for(stock_of(order), dose) < 0:
        raise Refused("aliquot-exceeds-filler")
    return dose


def room_for(supply: Supply, dose: Dose, parts: int = 1) -> Fraction:
    """Filler left beside an aliquot, once more diluted to so many parts."""
    return dose.filler - dose.drug * (supply.dilution * parts - 1)


def refuse_as_a_whole(order: Document, doses: Sequence[Dose]) -> None:
    """What no way of weighing the order does."""
    mode, following = order.get("trituration", "never"), order.get("next_active")
    if following and (order.get("source") or mode in ("each", "shared")):
        raise Refused("not-accepted")
    if mode in ("each", "shared"):
        least = min(int(ratio.split(":")[1]) for ratio in order["ratios"])
        if any(room_for(stock_of(order), dose, least) < 0 for dose in doses):
            raise Refused("aliquot-exceeds-filler")


def from_one(order: Document, doses: Sequence[Dose], made: Sequence[Document]) -> list[Reckoned]:
    """Each batch from the powder, the tablets, or the last trituration that it is said to be made of."""
    supplies = supplies_of(order, made)
    return [batch(order, dose, supplies[source_of(dose.line, made)]) for dose in doses]


def source_of(line: Document, made: Sequence[Document]) -> str | None:
    """The trituration that a strength draws on in the end."""
    started = {each["made_from"] for each in made}
    used = [each["name"] for each in made if mass(line["strength"]) in map(mass, each["used_by"])]
    return next((name for name in used if name not in started), None)


def batch(order: Document, dose: Dose, supply: Supply) -> Reckoned:
    """One batch, its drug weighed pure or in an aliquot."""
    drug = weighed(order, dose.drug * supply.dilution)
    left = room_for(supply, dose)
    filler = () if supply.name and left == 0 else (weighed(order, left),)
    squares = supply.squares + (uncertainty(order, drug) / drug.exact) ** 2
    return reckoned(order, dose, (drug, *filler), squares, supply.findings)


def reckoned(
    order: Document,
    dose: Dose,
    weighings: tuple[Weighed, ...],
    squares: Fraction,
    made: Counter[str],
) -> Reckoned:
    """The figures of one batch, and what a person must see in them; a second lot counts where something is of it."""
    last_day, because = beyond_use(order if dose.is_of_two else {**order, "next_active": None})
    active, filler = dose.drug / dose.to_make, dose.filler / dose.to_make
    found = Counter(findings(order, mass(dose.line["strength"]), weighings, last_day)) + made
    found.update(fill_findings(order, dose.size, active + filler, dose.estimated))
    if 1 - dose.room < Fraction(limits(order).get("minimum_filler_fraction") or 0):
        found["little-filler"] += 1
    is_dilute = order.get("trituration", "never") != "never" or "active_fraction" in (order.get("source") or {})
    if is_dilute and 4 * squares > share(order, TARGET, "1") ** 2:
        found["uncertainty-above-target"] += 1
    found[because] += 1
    return Reckoned(dose.to_make, dose.size, dose.potency, active, filler, weighings, squares, last_day, +found)


def from_two_lots(order: Document, doses: Sequence[Dose]) -> list[Reckoned]:
    """The first lot while it lasts, then the second."""
    second, left = as_second(order), mass(order["next_active"]["first_gives"])
    exchange, batches = potency_of(order) / potency_of(second), []
    least = min(minimum(balance, share(order, "weighing_tolerance_percent", "1")) for balance in order["balances"])
    for dose in doses:
        gives, spared = min(left, dose.drug), dose.drug - least / exchange
        if 0 < dose.drug - gives < least / exchange and spared >= least:
            gives = spared
        left -= gives
        batches.append(of_two(order, second, dose, gives, (dose.drug - gives) * exchange))
    return batches


def of_two(order: Document, second: Document, dose: Dose, gives: Fraction, adds: Fraction) -> Reckoned:
    """One batch of an order with two lots."""
    if not adds:
        return batch(order, dose, PURE)
    if not gives:
        return batch(second, dose_of(second, dose.line), PURE)
    (room, beside, estimated), (more, _, _) = (
        fill(powders, mass_of / dose.to_make, dose.size) for powders, mass_of in ((order, gives), (second, adds))
    )
    if room + more > 1:
        raise Refused("dose-exceeds-capsule")
    filler = beside / (1 - room) * (1 - room - more) * dose.to_make
    both = replace(dose, room=room + more, drug=gives + adds, filler=filler, estimated=estimated, is_of_two=True)
    weighings = tuple(weighed(order, each) for each in (gives, adds, filler))
    shares = (uncertainty(order, weighings[0]), uncertainty(order, weighings[1]) * potency_of(second) / dose.potency)
    squares = sum(((each / dose.drug) ** 2 for each in shares), Fraction(0))
    return reckoned(order, both, weighings, squares, Counter(implausible_packing(second, dose.size, POWDERS[:1])))


def as_second(order: Document) -> Document:
    """The order as if its second lot were its first; refused where that is another substance."""
    following = order["next_active"]["powder"]
    if following["substance"] != order["active"]["substance"]:
        raise Refused("not-accepted")
    return {**order, "active": following, "next_active": {**order["next_active"], "powder": order["active"]}}


def potency_of(order: Document) -> Fraction:
    """Section 3: assay × moisture term × molar-mass term; of tablets, section 5."""
    if tablets_of(order):
        return potency_of_tablets(order)
    active = order["active"]
    basis, powder = order["strength_basis"], active["substance"]
    if not order.get("correct_for_potency", True):
        return MOLAR[basis] / MOLAR[powder]
    expressed_as = active.get("assay_expressed_as") or powder
    if expressed_as in HYDRATION and active["assay_basis"] != "as-is":
        raise Refused("double-hydrate-correction")
    return share(active, "assay_percent") * (1 - moisture(active)) * MOLAR[basis] / MOLAR[expressed_as]


def to_make(order: Document, ordered: int) -> int:
    """Whole capsules, above the order."""
    extra = order["extra_capsules"]
    return ordered + extra["count"] if "count" in extra else ceil(ordered * (1 + share(extra, "percent")))


def last_of_policy(order: Document) -> date:
    """Section 6: compounding day + policy − the number of the compounding day."""
    day, policy = date.fromisoformat(order["compounded_on"]), order["beyond_use"]
    number = policy.get("day_of_compounding", 1)
    if "days" in policy:
        return day + timedelta(days=policy["days"] - number)
    month = day.month - 1 + policy["months"]
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1])) - timedelta(days=number)


def beyond_use(order: Document) -> tuple[date, str]:
    """The earliest, and the finding if it is not the policy's."""
    policy, earliest = last_of_policy(order), min(map(expiry, dated(order)))
    return (policy, "") if policy <= earliest else (earliest, "ingredient-limits-beyond-use-date")


def findings(order: Document, strength: Fraction, weighings: tuple[Weighed, ...], last_day: date) -> Iterator[str]:
    """What a person must see, by code."""
    day, number = date.fromisoformat(order["compounded_on"]), order["beyond_use"].get("day_of_compounding", 1)
    yield from ("ingredient-expired" for powder in dated(order) if day > expiry(powder))
    yield from strength_findings(order, strength)
    yield from (code for each in weighings for code in weighing_findings(order, each))
    if (last_day - day).days + number > 360:
        yield "beyond-study-data"
    if tablets := tablets_of(order):
        if mass(tablets["tablet_strength"]) != 50:
            yield "tablet-strength-not-usual"
        return
    if not order.get("correct_for_potency", True):
        yield "potency-correction-off"
        return
    for powder in actives(order):
        yield from certificate_findings(powder)


def strength_findings(order: Document, strength: Fraction) -> Iterator[str]:
    """The formulation's range and its usual strengths."""
    ends = [mass(text) for text in limits(order).get("strength_range") or ()]
    usual = [mass(text) for text in limits(order).get("usual_strengths") or ()]
    if ends and not ends[0] <= strength <= ends[1]:
        yield "strength-out-of-range"
    elif usual and strength not in usual:
        yield "strength-not-usual"
