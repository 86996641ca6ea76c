"""An ingredient lot in words: as a line to choose, and as what stands above its page."""

from collections.abc import Iterator

from compounder.domain.calendar import format_day
from compounder.domain.stock.lots import Certificate, IngredientLot, LotStatus
from compounder.domain.units import MASS, Mass, format_shown, format_stock, percent_text
from compounder.services.orders import LotChoice

TABLETS = "tablets"


def what_it_is(lot: IngredientLot) -> str:
    """What is in the jar: a powder and its grade, tablets and their strength, or a trituration and its ratio."""
    if lot.trituration:
        return f"trituration {lot.trituration.ratio} of {lot.substance.name}"
    if lot.tablets and TABLETS not in lot.grade:
        return f"{lot.substance.name} {tablet_grade(lot.tablets.tablet_strength, lot.grade)}"
    return f"{lot.substance.name} {lot.grade}".strip()


def tablet_grade(strength: Mass, grade: str) -> str:
    """What lists and papers call a lot of tablets beside its substance: `50 mg tablets`."""
    tablets = f"{format_shown(strength, MASS)} {TABLETS}"
    return f"{tablets}, {grade}" if grade else tablets


def describe_lot(stored: LotChoice) -> str:
    """A lot as one line to choose: number, what it is, what is free, what its certificate says, expiry."""
    lot = stored.lot
    parts = [
        lot.lot_number,
        what_it_is(lot),
        f"{format_stock(stored.free)} free",
        *(_certified(lot.certificate) if lot.certificate and not lot.trituration else ()),
        f"expires {format_day(lot.expires_on)}",
        *([] if stored.status is LotStatus.IN_USE else [stored.status.replace("-", " ")]),
    ]
    return " · ".join(parts)


def _certified(certificate: Certificate) -> Iterator[str]:
    yield f"assay {percent_text(certificate.assay)} % {certificate.assay_basis.value}"
    for name, share in (("water", certificate.water), ("loss on drying", certificate.loss_on_drying)):
        if share:
            yield f"{name} {percent_text(share)} %"
