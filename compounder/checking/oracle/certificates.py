"""What a certificate says, in fractions, and what a person must see in it: section 3 of the rules of the trade."""

from collections.abc import Iterator
from fractions import Fraction

from compounder.checking.oracle.orders import HYDRATION, HYDROCHLORIDE, Document, share


def moisture(active: Document) -> Fraction:
    """What the assay's basis leaves out."""
    if active["assay_basis"] == "anhydrous":
        return share(active, "water_percent") + share(active, "residual_solvent_percent")
    return share(active, "loss_on_drying_percent") if active["assay_basis"] == "dried" else Fraction(0)


def certificate_findings(active: Document) -> Iterator[str]:
    """What a person must see in the certificate."""
    powder, is_dry = active["substance"], active["assay_basis"] != "as-is"
    most_water = HYDRATION[powder] * 3 / 2 if powder in HYDRATION else Fraction(1, 20)
    expressed_as = active.get("assay_expressed_as") or powder
    if powder != expressed_as and (powder not in HYDRATION or expressed_as != HYDROCHLORIDE):
        yield "assay-expressed-otherwise"
    if powder != expressed_as and powder in HYDRATION and lacks_water(active):
        yield "hydrate-without-moisture"
    assay = share(active, "assay_percent") * 100
    if expressed_as == HYDROCHLORIDE and (assay > 102 or assay < 98 - (0 if is_dry else 100 * most_water)):
        yield "assay-outside-monograph"
    if powder == expressed_as != HYDROCHLORIDE and (assay > 105 or assay < 95 - (0 if is_dry else 100 * most_water)):
        yield "assay-unusual"
    if moisture(active) > most_water:
        yield "water-unusual"
    yield from unused_moisture(active)


def lacks_water(active: Document) -> bool:
    """Whether a hydrate's certificate takes off under half of the water it holds."""
    left_out = 1 - share(active, "assay_percent") if active["assay_basis"] == "as-is" else moisture(active)
    return left_out < HYDRATION[active["substance"]] / 2


def unused_moisture(active: Document) -> Iterator[str]:
    """Once for each figure that the basis does not use."""
    for key, basis in (("water_percent", "anhydrous"), ("loss_on_drying_percent", "dried")):
        if share(active, key) and active["assay_basis"] != basis:
            yield "moisture-not-used"
