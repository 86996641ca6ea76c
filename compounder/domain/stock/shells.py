"""Capsule shells: sizes, nominal volumes, mean empty weights.

Volumes: makers' nominal data, which differ by up to 18 % for size 3; shell weights: a table no primary text was read
for. Both are the site's own settings; the tables here are what a new site starts with; their source is printed.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Final

from compounder.domain.units import Density, Mass, VolumePerCapsule, mg, mg_per_mL, mL_per_capsule, of


class CapsuleSize(StrEnum):
    """Hard capsule sizes, largest first."""

    TRIPLE_ZERO = "000"
    DOUBLE_ZERO = "00"
    ZERO = "0"
    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"
    FIVE = "5"


NOMINAL_VOLUMES: Final[Mapping[CapsuleSize, VolumePerCapsule]] = {
    size: of(Decimal(volume), mL_per_capsule)
    for size, volume in zip(CapsuleSize, ("1.37", "0.95", "0.68", "0.50", "0.37", "0.30", "0.21", "0.13"), strict=True)
}
EMPTY_SHELLS: Final[Mapping[CapsuleSize, Mass]] = {
    size: of(weight, mg) for size, weight in zip(CapsuleSize, (163, 118, 96, 76, 61, 48, 38, 28), strict=True)
}
VOLUMES_SOURCE: Final = "makers' nominal volumes; site setting"
TAPPED_DENSITIES: Final[Mapping[str, Density]] = {"microcrystalline cellulose": of(450, mg_per_mL)}
"""By filler; like the shells a site setting to be verified."""
