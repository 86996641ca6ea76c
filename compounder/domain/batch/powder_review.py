"""The review of powders: whether what was entered of a lot can be true of a powder, or of a tablet, of this kind.

No powder that fills capsules is lighter than 0.1 or heavier than 1.2 g/mL: the house's own alarm, wide enough for any
(microcrystalline cellulose PH-102 has 0.28 to 0.33, tapped about 0.45). The tablets that drug is taken from have 50 mg.
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Context
from typing import Final

from compounder.domain.batch.capsules import Fill, FillMethod
from compounder.domain.batch.figures import Figures
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.source import tablets_of
from compounder.domain.findings import Finding, caution
from compounder.domain.stock.tablets import USUAL_STRENGTH
from compounder.domain.units import (
    DENSITY,
    MASS,
    Density,
    MassPerCapsule,
    format_shown,
    in_unit,
    magnitude,
    mg_per_mL,
    of,
)
from compounder.domain.wording import with_capital

_LIGHTEST: Final = of(100, mg_per_mL)
_HEAVIEST: Final = of(1200, mg_per_mL)
_THREE_DIGITS: Final = Context(prec=3, rounding=ROUND_HALF_UP)


def packing_is_possible(order: BatchOrder, figures: Figures) -> Iterator[Finding]:
    """A statistic, by the capsule's volume, or a density is that of some powder; else a point slipped."""
    for name, filled, full in _packing(order, figures):
        density = _density(order, filled, full)
        if density is not None and not _LIGHTEST <= density <= _HEAVIEST:
            yield caution(
                "implausible-packing",
                f"{with_capital(name)} would have {_briefly(density)}; powders have {_briefly(_LIGHTEST)} to "
                f"{_briefly(_HEAVIEST)}. Check its pack statistic or density.",
            )


def _packing(order: BatchOrder, figures: Figures) -> Iterator[tuple[str, Fill, MassPerCapsule | Density]]:
    """Each powder, a second lot too, by which fill, and what of it alone fills the capsule."""
    yield order.active.substance.name, figures.fill, figures.fill.active_full
    if figures.second:
        other = figures.second.other
        yield f"{order.active.substance.name}, second lot", other, other.active_full
    yield order.filler.substance.name, figures.fill, figures.fill.filler_full


def _density(order: BatchOrder, filled: Fill, full: MassPerCapsule | Density) -> Density | None:
    """In mg/mL; None where the fill is fixed, or the capsule's volume not known."""
    if filled.method is FillMethod.DENSITY:
        return full
    volume = order.capsule_volumes.get(filled.size) if filled.size else None
    is_known = volume is not None and filled.method is FillMethod.PACK_STATISTIC
    return in_unit(full / volume, DENSITY) if is_known else None


def _briefly(density: Density) -> str:
    return format_shown(of(_THREE_DIGITS.plus(magnitude(density, DENSITY)), mg_per_mL), DENSITY)


def tablets_are_usual(order: BatchOrder, figures: Figures) -> Iterator[Finding]:
    """Another strength of a tablet is rare, and a slipped point is not: every dose goes by it."""
    tablets = tablets_of(order.source)
    if tablets and tablets.tablet_strength != USUAL_STRENGTH:
        read, usual = (format_shown(each, MASS) for each in (tablets.tablet_strength, USUAL_STRENGTH))
        yield caution(
            "tablet-strength-not-usual", f"Tablets of {read} are not usual; {usual} is. Look at the box and its label."
        )
