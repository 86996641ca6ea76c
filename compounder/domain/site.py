"""Site settings: what changes a dose or stands on a pharmacy's papers. Versioned; copied into each record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from compounder.domain.absent import ABSENT_WHILE_EMPTY
from compounder.domain.batch.source import MOST_RATIOS, USUAL_RATIOS, TriturationRatio
from compounder.domain.bounds import EXTRA, TARGET, Quantities, require_count, require_length, require_percent
from compounder.domain.errors import MissingKey, NotAccepted
from compounder.domain.gs1 import require_company_prefix
from compounder.domain.stock.equipment import Balance, require_distinct_names
from compounder.domain.stock.shells import EMPTY_SHELLS, NOMINAL_VOLUMES, TAPPED_DENSITIES, VOLUMES_SOURCE, CapsuleSize
from compounder.domain.units import Density, Mass, Percent, VolumePerCapsule


@dataclass(frozen=True, slots=True, kw_only=True)
class Pharmacy:
    """What papers say of the pharmacy."""

    name: str
    address: str
    telephone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings(Quantities):
    """One version of a site's settings. `letter` stands in our lot numbers; `reason` says why this version came.

    `trituration_excess` is made above what the aliquots need: some stays in the mortar, and what was weighed in
    tolerance may turn out weaker than planned. The house's own figure.

    `gs1_prefix` is the pharmacy's GS1 company prefix; empty where it has none.

    Where `asks_for_second_factor` is set, nobody goes on without a second factor once signed in.

    `patients_kept_years` is how long patients are kept after their last prescription or bottle; to be verified by each
    site against its own law (records of preparations: at least 2 years, 22 TAC 291.131).
    """

    version: int
    pharmacy: Pharmacy
    letter: str
    time_zone: str
    balances: tuple[Balance, ...] = ()
    correct_for_potency: bool = True
    day_of_compounding: int = 1
    capsule_volumes: Mapping[CapsuleSize, VolumePerCapsule] = field(default_factory=lambda: dict(NOMINAL_VOLUMES))
    capsule_volumes_source: str = VOLUMES_SOURCE
    empty_shells: Mapping[CapsuleSize, Mass] = field(default_factory=lambda: dict(EMPTY_SHELLS))
    tapped_densities: Mapping[str, Density] = field(default_factory=lambda: dict(TAPPED_DENSITIES))
    trituration_ratios: tuple[TriturationRatio, ...] = USUAL_RATIOS
    uncertainty_target: Percent = Decimal("0.01")
    trituration_excess: Percent = Decimal("0.05")
    patients_kept_years: int = 10
    is_example: bool = False
    gs1_prefix: str = field(default="", metadata=ABSENT_WHILE_EMPTY)
    asks_for_second_factor: bool = field(default=False, metadata=ABSENT_WHILE_EMPTY)
    reason: str

    def __post_init__(self) -> None:
        Quantities.__post_init__(self)
        require_count(self.day_of_compounding, 0, 1, "day_of_compounding")
        if len(self.letter) != 1 or not ("A" <= self.letter <= "Z"):
            raise NotAccepted(read=self.letter, accepted="one letter, A to Z,", field_name="letter")
        if self.time_zone not in _zones():
            raise NotAccepted(read=self.time_zone, accepted="a zone such as Europe/Berlin", field_name="time_zone")
        require_length(self.trituration_ratios, MOST_RATIOS, "trituration_ratios")
        require_percent(self.uncertainty_target, TARGET, "uncertainty_target")
        require_percent(self.trituration_excess, EXTRA, "trituration_excess")
        require_count(self.patients_kept_years, 2, 100, "patients_kept_years")
        if self.gs1_prefix:
            require_company_prefix(self.gs1_prefix)
        if not self.reason.strip():
            raise MissingKey(missing="reason")
        require_distinct_names(self.balances)

    @property
    def zone(self) -> ZoneInfo:
        """The pharmacy's own time zone, in which its calendar days are counted."""
        return ZoneInfo(self.time_zone)


@cache
def _zones() -> frozenset[str]:
    """Every zone this machine knows; finding them out takes milliseconds, and settings are read at each request."""
    return frozenset(available_timezones())
