"""The review of a certificate: slips in copying it that still leave an answer; for doses corrected by it.

Source: USP monograph of naltrexone hydrochloride (its range stands with the substance); the house table of powders and
what their assays are expressed as; water above 5 %, or half above a hydrate's theory, and an assay over 5 % off where
no monograph is known here, are the house's own alarms.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import chain

from compounder.domain.batch.order import ActivePowder
from compounder.domain.batch.potency import moisture
from compounder.domain.bounds import Between
from compounder.domain.findings import Finding, caution, decide
from compounder.domain.stock.lots import AssayBasis
from compounder.domain.stock.substances import NALTREXONE_HYDROCHLORIDE, NALTREXONE_HYDROCHLORIDE_DIHYDRATE
from compounder.domain.units import percent_text

_ENOUGH_OF_THE_HYDRATION_WATER = Decimal("0.5")
_MOST_OF_THE_HYDRATION_WATER = Decimal("1.5")
_MOST_WATER_OF_NO_HYDRATE = Decimal("0.05")
_USUAL_ASSAY = Between(Decimal("0.95"), Decimal("1.05"))
_EXPRESSED_AS_ANOTHER = {(NALTREXONE_HYDROCHLORIDE_DIHYDRATE, NALTREXONE_HYDROCHLORIDE)}
_STATED = {
    AssayBasis.AS_IS: "stated as is",
    AssayBasis.ANHYDROUS: "on the anhydrous basis",
    AssayBasis.DRIED: "on the dried basis",
}


def review_certificate(active: ActivePowder) -> Iterator[Finding]:
    """What a person must see in the certificate of a powder, decisions first."""
    return chain.from_iterable(rule(active) for rule in _RULES)


def hydrate_has_its_water(active: ActivePowder) -> Iterator[Finding]:
    """A hydrate assayed as something else is corrected by its water; a certificate that takes off too little needs a
    decision. As is, the assay itself must leave the water out."""
    if not active.substance.is_hydrate or active.expressed_as == active.substance:
        return
    left_out = 1 - active.assay if active.assay_basis is AssayBasis.AS_IS else moisture(active)
    if left_out < active.substance.hydration_water * _ENOUGH_OF_THE_HYDRATION_WATER:
        yield decide(
            "hydrate-without-moisture",
            f"{active.substance.name.capitalize()} holds {active.substance.hydration_water.scaleb(2):.1f} % water; "
            f"its certificate takes off {percent_text(left_out)} %. Check its basis; give the reason.",
        )


def assay_is_expressed_as_usual(active: ActivePowder) -> Iterator[Finding]:
    """An assay counts the powder itself, or the dihydrate's as the hydrochloride; any other pair changes the dose."""
    powder, expressed_as = active.substance, active.expressed_as
    if powder == expressed_as or (powder, expressed_as) in _EXPRESSED_AS_ANOTHER:
        return
    yield decide(
        "assay-expressed-otherwise",
        f"The assay of {powder.name} is expressed as {expressed_as.name}; check the certificate and give the reason.",
    )


def assay_is_within_monograph(active: ActivePowder) -> Iterator[Finding]:
    """Free of water the assay is within the monograph's range; as is, its water may lower it, nothing may raise it."""
    accepted = active.expressed_as.monograph_assay
    if accepted and not _has_its_assay_within(accepted, active):
        span = f"{percent_text(accepted.least)} to {percent_text(accepted.most)} %"
        yield caution(
            "assay-outside-monograph",
            f"Assay {percent_text(active.assay)} % is outside the monograph of {active.expressed_as.name}, {span}; "
            "check the certificate.",
        )


def assay_is_usual(active: ActivePowder) -> Iterator[Finding]:
    """Where no monograph says what an assay of the powder itself may be, one far from all of it hints at a slip."""
    has_monograph = active.expressed_as.monograph_assay is not None
    if has_monograph or active.expressed_as != active.substance or _has_its_assay_within(_USUAL_ASSAY, active):
        return
    yield caution(
        "assay-unusual",
        f"Assay {percent_text(active.assay)} % is unusual for {active.substance.name}; "
        "check the certificate for a slip of a digit.",
    )


def _has_its_assay_within(accepted: Between, active: ActivePowder) -> bool:
    water = _most_water(active) if active.assay_basis is AssayBasis.AS_IS else Decimal(0)
    return accepted.least - water <= active.assay <= accepted.most


def water_is_usual(active: ActivePowder) -> Iterator[Finding]:
    """Far more water than the powder holds hints at a slipped point."""
    if moisture(active) > _most_water(active):
        yield caution(
            "water-unusual",
            f"{_moisture_in_words(active)} {percent_text(moisture(active))} % is unusual for {active.substance.name}; "
            "check the certificate for a slipped point.",
        )


def _most_water(active: ActivePowder) -> Decimal:
    """The most that is usual for the powder."""
    hydration = active.substance.hydration_water
    return hydration * _MOST_OF_THE_HYDRATION_WATER if active.substance.is_hydrate else _MOST_WATER_OF_NO_HYDRATE


def _moisture_in_words(active: ActivePowder) -> str:
    if active.assay_basis is AssayBasis.DRIED:
        return "Loss on drying"
    return "Water with solvent" if active.residual_solvent else "Water"


def moisture_is_used(active: ActivePowder) -> Iterator[Finding]:
    """Water counts on the anhydrous basis, loss on drying on the dried basis; another figure hints at another basis."""
    stated = (
        ("Water", active.water, AssayBasis.ANHYDROUS),
        ("Loss on drying", active.loss_on_drying, AssayBasis.DRIED),
    )
    for name, share, its_basis in stated:
        if share and active.assay_basis is not its_basis:
            yield caution(
                "moisture-not-used",
                f"{name} {percent_text(share)} % is not taken off an assay {_STATED[active.assay_basis]}; "
                "check the certificate's basis.",
            )


_RULES: tuple[Callable[[ActivePowder], Iterator[Finding]], ...] = (
    assay_is_expressed_as_usual,
    hydrate_has_its_water,
    assay_is_within_monograph,
    assay_is_usual,
    water_is_usual,
    moisture_is_used,
)
