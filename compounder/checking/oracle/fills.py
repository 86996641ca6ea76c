"""Section 4 in fractions: how a capsule is filled, by statistics, densities or a fixed fill; which size is taken."""

from collections.abc import Iterator
from fractions import Fraction

from compounder.checking.oracle.orders import LADDER, POWDERS, TAPPED, Document, Refused, limits, mass, volumes


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


def fill_findings(order: Document, size: str | None, total: Fraction, estimated: int) -> Iterator[str]:
    """An implausible fill, estimates, and a size that was chosen."""
    yield from ["estimated-pack-statistic"] * estimated
    yield from implausible_packing(order, size)
    fullest = heaviest(order, str(size)) if size in volumes(order) else None
    if fullest and not fullest / 2 <= total <= fullest * Fraction("1.15"):
        yield "implausible-fill"
    if order["capsule_size"] is None:
        yield "size-chosen"


def implausible_packing(order: Document, size: str | None, powders: tuple[str, ...] = POWDERS) -> list[str]:
    """Once for each powder lighter than 0.1 or heavier than 1.2 g/mL."""
    if method(order) == "mass" or size is None or size not in volumes(order):
        return []
    found = (packed(order, order[name], size) for name in powders)
    return ["implausible-packing" for density in found if not 100 <= density <= 1200]


def packed(order: Document, powder: Document, size: str) -> Fraction:
    """A powder's density as the order fills by it, in mg/mL."""
    if method(order) == "density":
        return Fraction(powder["density"].split(" ")[0]) * 1000
    return statistic(order, powder, size)[0] / volumes(order)[size]
