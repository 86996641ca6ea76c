"""Substances: the powders and what a strength or an assay is expressed as.

Molar masses: naltrexone from monograph data; the hydrochloride from the USP monograph and DailyMed; the dihydrate
derived as 377.86 + 2 × 18.015. Monograph assay: USP, 98.0–102.0 % of C20H23NO4·HCl on the anhydrous, solvent-free
basis. UNII: FDA/USP substance registration. CAS numbers: of the base, monograph data; of the hydrochloride, the USP
monograph. That of the dihydrate was read in no primary text and is none here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from compounder.domain.bounds import Between
from compounder.domain.stock.errors import UnknownSubstance


@dataclass(frozen=True, slots=True, kw_only=True)
class Substance:
    """One substance. Molar mass in g/mol; `hydration_water` is the share of its mass that is water of hydration.

    `monograph_assay` is what the monograph accepts of it on the anhydrous, solvent-free basis. `cas_number` is empty
    where none is known here, or nobody takes it for another form; `anhydrous` is what a hydrate is without its water.
    """

    name: str
    formula: str
    molar_mass: Decimal | None = None
    hydration_water: Decimal = Decimal(0)
    monograph_assay: Between | None = None
    unii: str = ""
    cas_number: str = ""
    anhydrous: "Substance | None" = None
    source: str

    @property
    def is_active(self) -> bool:
        """Whether a strength may be expressed as this substance: it has a molar mass to convert with."""
        return self.molar_mass is not None

    @property
    def is_hydrate(self) -> bool:
        return self.hydration_water > 0

    @property
    def is_told_by_cas_number(self) -> bool:
        """Whether the CAS number on a certificate tells it from its other forms."""
        return bool(self.cas_number or self.anhydrous)


NALTREXONE: Final = Substance(
    name="naltrexone",
    formula="C20H23NO4",
    molar_mass=Decimal("341.41"),
    unii="5S6W795CQM",
    cas_number="16590-41-3",
    source="monograph data",
)
NALTREXONE_HYDROCHLORIDE: Final = Substance(
    name="naltrexone hydrochloride",
    formula="C20H23NO4·HCl",
    molar_mass=Decimal("377.86"),
    monograph_assay=Between(Decimal("0.98"), Decimal("1.02")),
    unii="Z6375YW9SF",
    cas_number="16676-29-2",
    source="USP monograph, DailyMed",
)
NALTREXONE_HYDROCHLORIDE_DIHYDRATE: Final = Substance(
    name="naltrexone hydrochloride dihydrate",
    formula="C20H23NO4·HCl·2H2O",
    molar_mass=Decimal("413.89"),
    hydration_water=2 * Decimal("18.015") / Decimal("413.89"),
    anhydrous=NALTREXONE_HYDROCHLORIDE,
    source="derived: 377.86 + 2 × 18.015",
)
MICROCRYSTALLINE_CELLULOSE: Final = Substance(
    name="microcrystalline cellulose", formula="(C6H10O5)n", unii="OP1R32D61U", source="USP–NF"
)

SUBSTANCES: Final[Mapping[str, Substance]] = {
    substance.name: substance
    for substance in (
        NALTREXONE_HYDROCHLORIDE,
        NALTREXONE_HYDROCHLORIDE_DIHYDRATE,
        NALTREXONE,
        MICROCRYSTALLINE_CELLULOSE,
    )
}


ACTIVE_NAMES: Final = tuple(name for name, substance in SUBSTANCES.items() if substance.is_active)
"""The powders that a drug may come as."""
_FILLER_NAMES: Final = tuple(name for name in SUBSTANCES if name not in ACTIVE_NAMES)


def substance_named(name: object) -> Substance:
    """The substance of this exact name; refuses others with `UnknownSubstance`."""
    if not isinstance(name, str) or name not in SUBSTANCES:
        raise UnknownSubstance(read=name, accepted=tuple(SUBSTANCES))
    return SUBSTANCES[name]


def filler_named(name: object) -> Substance:
    """The substance of this name that fills capsules."""
    return require_filler(substance_named(name), "")


def require_active(substance: Substance, field_name: str) -> Substance:
    """The same substance; refuses with `UnknownSubstance` one that no strength can be expressed as."""
    if not substance.is_active:
        raise UnknownSubstance(read=substance.name, accepted=ACTIVE_NAMES, field_name=field_name)
    return substance


def require_filler(substance: Substance, field_name: str) -> Substance:
    """The same substance; refuses with `UnknownSubstance` one that acts: it is no filler."""
    if substance.is_active:
        raise UnknownSubstance(read=substance.name, accepted=_FILLER_NAMES, field_name=field_name)
    return substance


def molar_mass(substance: Substance) -> Decimal:
    """Its molar mass in g/mol; refuses with `UnknownSubstance` a substance that has none."""
    if substance.molar_mass is None:
        raise UnknownSubstance(read=substance.name, accepted=ACTIVE_NAMES)
    return substance.molar_mass
