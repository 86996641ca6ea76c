"""A second reckoning of orders, in fractions, from the rules of the trade alone: it shares no line with the package."""

import calendar
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor

from tests.oracle.certificates import certificate_findings, moisture
from tests.oracle.orders import (
    HYDRATION,
    LADDER,
    MOLAR,
    POWDERS,
    TAPPED,
    Document,
    Refused,
    expiry,
    limits,
    mass,
    read_bounds,
    share,
    volumes,
)


@dataclass(frozen=True)
class Weighed:
    """One mass to weigh, in mg."""

    exact: Fraction
    to_weigh: Fraction
    balance: str
    minimum: Fraction


@dataclass(frozen=True)
class Reckoned:
    """The figures of one batch, masses in mg."""

    to_make: int
    size: str | None
    potency: Fraction
    active: Fraction
    filler: Fraction
    weighings: tuple[Weighed, Weighed]
    beyond_use: date
    findings: Counter[str]


def reckon(order: Document) -> list[Reckoned]:
    """Every batch of the order, or a refusal."""
    read_bounds(order)
    batches, codes = [], set()
    for line in order["strengths"]:
        try:
            batches.append(batch(order, line))
        except Refused as refusal:
            codes |= refusal.codes
    if codes:
        raise Refused(*codes)
    return batches


def batch(order: Document, line: Document) -> Reckoned:
    """One strength."""
    potency, strength = potency_of(order), mass(line["strength"])
    active = strength * (1 + share(order, "active_overage_percent")) / potency
    size = order["capsule_size"] or chosen_size(order, active)
    room, filler, estimated = fill(order, active, size)
    if room > 1:
        raise Refused("dose-exceeds-capsule")
    made = to_make(order, line["capsules"])
    weighings = (weighed(order, active * made), weighed(order, filler * made))
    last_day, because = beyond_use(order)
    found = Counter(findings(order, strength, weighings, last_day))
    found.update(fill_findings(order, size, active + filler, estimated))
    if 1 - room < Fraction(limits(order).get("minimum_filler_fraction") or 0):
        found["little-filler"] += 1
    found[because] += 1
    return Reckoned(made, size, potency, active, filler, weighings, last_day, +found)


def potency_of(order: Document) -> Fraction:
    """Section 3: assay × moisture term × molar-mass term."""
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


def method(order: Document) -> str:
    """Which of section 4's three."""
    if order.get("fill_per_capsule"):
        return "mass"
    powders = (order["active"], order["filler"])
    if all(powder.get("pack_statistics") for powder in powders):
        return "statistic"
    return "density" if all(powder.get("density") for powder in powders) else "statistic"


def fill(order: Document, active: Fraction, size: str | None) -> tuple[Fraction, Fraction, int]:
    """The room the active takes, the filler in mg, and how many statistics are estimated."""
    if method(order) == "mass":
        total = mass(order["fill_per_capsule"])
        return active / total, total - active, 0
    if method(order) == "density":
        if size is None or size not in volumes(order):
            raise Refused("missing-pack-statistic")
        of_active, of_filler = (Fraction(order[powder]["density"].split(" ")[0]) * 1000 for powder in POWDERS)
        taken = active / of_active
        return taken / volumes(order)[size], (volumes(order)[size] - taken) * of_filler, 0
    if size is None:
        raise Refused("missing-pack-statistic")
    (of_active, first), (of_filler, second) = (statistic(order, order[powder], size) for powder in POWDERS)
    return active / of_active, of_filler * (1 - active / of_active), first + second


def statistic(order: Document, powder: Document, size: str) -> tuple[Fraction, bool]:
    """Measured, or scaled from the nearest size (the larger of two), and whether it is an estimate."""
    given, known = powder.get("pack_statistics") or {}, volumes(order)
    if size in given:
        return mass(given[size]), False
    place = LADDER.index(size)
    usable = [at for at in LADDER if at in given and at in known]
    if size not in known or not usable:
        raise Refused("missing-pack-statistic")
    nearest = sorted(usable, key=lambda at: (abs(LADDER.index(at) - place), LADDER.index(at)))[0]
    return mass(given[nearest]) * known[size] / known[nearest], True


def chosen_size(order: Document, active: Fraction) -> str:
    """The smallest allowed, with figures of its own, that holds the dose and leaves the least filler."""
    allowed = limits(order).get("capsule_sizes") or LADDER
    usable = [size for size in reversed(LADDER) if size in allowed and has_figures(order, size)]
    if not usable:
        raise Refused("missing-pack-statistic")
    least = Fraction(limits(order).get("minimum_filler_fraction") or 0)
    for size in usable:
        room, filler, _ = fill(order, active, size)
        is_light = method(order) != "mass" or active + filler <= heaviest(order, size)
        if room <= 1 and 1 - room >= least and is_light:
            return size
    raise Refused("dose-exceeds-capsule")


def has_figures(order: Document, size: str) -> bool:
    """Whether nothing has to be estimated."""
    if method(order) != "statistic":
        return size in volumes(order)
    return all(size in (order[powder].get("pack_statistics") or {}) for powder in POWDERS)


def heaviest(order: Document, size: str) -> Fraction:
    """Volume × the filler's tapped density."""
    given = order["filler"].get("tapped_density")
    return volumes(order)[size] * (Fraction(given.split(" ")[0]) * 1000 if given else TAPPED)


def weighed(order: Document, exact: Fraction) -> Weighed:
    """Section 5: the first balance that admits the mass as it rounds it, else the one with the smallest minimum."""
    tolerance = share(order, "weighing_tolerance_percent", "1")
    options = [(balance, rounded(exact, balance), minimum(balance, tolerance)) for balance in order["balances"]]
    admitting = [option for option in options if option[1] >= option[2] and option[1] <= capacity(option[0])]
    balance, to_weigh, least = admitting[0] if admitting else min(options, key=lambda option: option[2])
    return Weighed(exact, to_weigh, balance["name"], least)


def rounded(exact: Fraction, balance: Document) -> Fraction:
    """To the readability, half up."""
    step = mass(balance["readability"])
    return floor(exact / step + Fraction(1, 2)) * step


def minimum(balance: Document, tolerance: Fraction) -> Fraction:
    """Least mass within the tolerance."""
    if "sensitivity_requirement" in balance:
        return mass(balance["sensitivity_requirement"]) / tolerance
    rounding = Fraction("0.41") * mass(balance["readability"])
    return 2 * max(mass(balance["repeatability"]), rounding) / tolerance


def capacity(balance: Document) -> Fraction:
    """The most it carries."""
    return mass(balance["capacity"]) if balance.get("capacity") else Fraction(10**30)


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
    policy, earliest = last_of_policy(order), min(expiry(order[powder]) for powder in POWDERS)
    return (policy, "") if policy <= earliest else (earliest, "ingredient-limits-beyond-use-date")


def findings(order: Document, strength: Fraction, weighings: tuple[Weighed, Weighed], last_day: date) -> Iterator[str]:
    """What a person must see, by code."""
    day, number = date.fromisoformat(order["compounded_on"]), order["beyond_use"].get("day_of_compounding", 1)
    yield from ("ingredient-expired" for powder in POWDERS if day > expiry(order[powder]))
    yield from strength_findings(order, strength)
    yield from (code for each in weighings for code in weighing_findings(order, each))
    if (last_day - day).days + number > 360:
        yield "beyond-study-data"
    if not order.get("correct_for_potency", True):
        yield "potency-correction-off"
    else:
        yield from certificate_findings(order["active"])


def strength_findings(order: Document, strength: Fraction) -> Iterator[str]:
    """The formulation's range and its usual strengths."""
    ends = [mass(text) for text in limits(order).get("strength_range") or ()]
    usual = [mass(text) for text in limits(order).get("usual_strengths") or ()]
    if ends and not ends[0] <= strength <= ends[1]:
        yield "strength-out-of-range"
    elif usual and strength not in usual:
        yield "strength-not-usual"


def weighing_findings(order: Document, each: Weighed) -> Iterator[str]:
    """Too little or too much for the balance."""
    balance = next(balance for balance in order["balances"] if balance["name"] == each.balance)
    if each.to_weigh < each.minimum:
        yield "below-minimum-weighable"
    elif each.to_weigh > capacity(balance):
        yield "above-balance-capacity"


def fill_findings(order: Document, size: str | None, total: Fraction, estimated: int) -> Iterator[str]:
    """An implausible fill, estimates, and a size that was chosen."""
    yield from ["estimated-pack-statistic"] * estimated
    if size in volumes(order) and total > heaviest(order, str(size)) * Fraction("1.15"):
        yield "implausible-fill"
    if order["capsule_size"] is None:
        yield "size-chosen"
