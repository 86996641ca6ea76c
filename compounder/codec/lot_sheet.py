"""Ingredient lots as a sheet: a row says what the document of a lot says, under the same names."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from compounder.codec.sheets import BETWEEN, Column, line_of
from compounder.domain.bounds import ASSAY, MOISTURE, Between, require_percent
from compounder.domain.errors import CompoundingError, MissingKey, NotAccepted
from compounder.domain.stock.cas_numbers import NONE_PRINTED, read_cas_number
from compounder.domain.stock.lots import LONGEST_NAME, AssayBasis
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.stock.substances import SUBSTANCES
from compounder.domain.units import DENSITY, MASS, MASS_PER_CAPSULE, parse_percent, parse_quantity

LONGEST_LINE: Final = 200
_BASES: Final = ", ".join(AssayBasis)


def _percent(allowed: Between, text: str) -> None:
    require_percent(parse_percent(text), allowed, "")


def _sizes(text: str) -> None:
    """Refuses what is no list of pack statistics, such as `3: 180 mg | 2: 222 mg`."""
    sizes = [size for size, _ in _statistics(text)]
    if not set(sizes) <= set(CapsuleSize) or len(set(sizes)) < len(sizes):
        raise NotAccepted(read=text, accepted="each capsule size once, such as 3: 180 mg | 2: 222 mg,")
    for _, statistic in _statistics(text):
        parse_quantity(statistic, MASS_PER_CAPSULE)


def _statistics(text: str) -> Iterator[tuple[str, str]]:
    """Capsule size and statistic of each part; a part without a colon is of a size that no capsule has."""
    for part in text.split(BETWEEN):
        size, _, statistic = part.partition(":")
        yield size.strip(), statistic.strip()


_NAME: Final = line_of(LONGEST_NAME)
_LINE: Final = line_of(LONGEST_LINE)
_MOISTURE: Final = partial(_percent, MOISTURE)
CERTIFIED: Final = (
    Column(name="assay_percent", says="the assay, in %; for a drug", example="99.2", check=partial(_percent, ASSAY)),
    Column(name="assay_basis", says=f"what the assay is stated on: {_BASES}; for a drug", example="anhydrous"),
    Column(name="assay_expressed_as", says="a substance; empty: the powder itself"),
    Column(name="water_percent", says="Karl Fischer, in %; for the anhydrous basis", example="1.6", check=_MOISTURE),
    Column(name="loss_on_drying_percent", says="in %; for the dried basis", check=_MOISTURE),
    Column(name="residual_solvent_percent", says="in %; empty: none", check=_MOISTURE),
)
COLUMNS: Final = (
    Column(
        name="substance",
        says=f"one of {', '.join(SUBSTANCES)}",
        example="naltrexone hydrochloride",
        is_needed=True,
    ),
    Column(name="grade", says="the grade", example="PH-102", check=_LINE),
    Column(name="maker", says="the maker", example="Hillcrest", is_needed=True, check=_NAME),
    Column(name="lot_number", says="the maker's lot number", example="NTX-2411", is_needed=True, check=_NAME),
    Column(name="received_on", says="the day it came in", example="2026-10-01", is_needed=True),
    Column(name="expires_on", says="a day, or a month for its last day", example="2028-06-30", is_needed=True),
    Column(name="quantity", says="what is in the jar now", example="25 g", is_needed=True, dimension=MASS),
    Column(name="certificate_number", says="the certificate's number", example="C-77120", check=_LINE),
    Column(
        name="cas_number",
        says=f"as the certificate of a drug prints it, or {NONE_PRINTED}",
        check=read_cas_number,
    ),
    *CERTIFIED,
    Column(
        name="pack_statistics",
        says="by capsule size, with | between them",
        example="3: 180 mg | 2: 222 mg",
        check=_sizes,
    ),
    Column(name="density", says="as it packs into capsules", example="0.30 g/mL", dimension=DENSITY),
    Column(name="tapped_density", says="the tapped density", example="0.45 g/mL", dimension=DENSITY),
    Column(name="note", says="anything else"),
)
_NEEDED_BY: Final[Mapping[str, str]] = {
    AssayBasis.ANHYDROUS: "water_percent",
    AssayBasis.DRIED: "loss_on_drying_percent",
}
_NAMES: Final = frozenset(column.name for column in CERTIFIED)


def document_of(cells: Mapping[str, str]) -> Mapping[str, Any]:
    """The document of a lot that a row describes, to be read as any other."""
    document: dict[str, Any] = {name: text for name, text in cells.items() if name not in _NAMES}
    substance = cells.get("substance", "")
    if substance in SUBSTANCES and SUBSTANCES[substance].is_active:
        certified = {name: text for name, text in cells.items() if name in _NAMES}
        document["certificate"] = {"substance": substance, **certified}
    if "pack_statistics" in cells:
        document["pack_statistics"] = dict(_statistics(cells["pack_statistics"]))
    return document


def complaints_about(cells: Mapping[str, str]) -> Iterator[CompoundingError]:
    """What the document does not show, or only once all else is right: which figures go with a certificate."""
    substance = SUBSTANCES.get(cells.get("substance", ""))
    wanted = _NEEDED_BY.get(cells.get("assay_basis", ""))
    if substance and substance.is_told_by_cas_number and "cas_number" not in cells:
        yield MissingKey(missing="cas_number")
    if substance and substance.is_active and wanted and wanted not in cells:
        yield MissingKey(missing=wanted)
    if substance and not substance.is_active:
        for name in sorted(_NAMES & cells.keys()):
            yield NotAccepted(
                read=cells[name], accepted=f"nothing: no dose depends on {substance.name},", field_name=name
            )
