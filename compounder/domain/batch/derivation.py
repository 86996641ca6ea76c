"""The derivation: every figure of a batch with its formula, the numbers put in, the result and the source."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from compounder.domain.batch.as_weighed_derivation import derive_as_weighed, derive_left_over
from compounder.domain.batch.capsules import Fill, FillMethod
from compounder.domain.batch.derivation_lines import DerivationLine, derivation_line
from compounder.domain.batch.dilution_derivation import (
    derive_dilution,
    derive_two_lots,
    derive_uncertainty,
    tablets_line,
)
from compounder.domain.batch.figures import Figures
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.potency import Potency
from compounder.domain.batch.source import Tablets, tablets_of
from compounder.domain.batch.trituration import Trituration
from compounder.domain.batch.weighing import Role, Weighing
from compounder.domain.calendar import format_day
from compounder.domain.stock.equipment import Balance, ElectronicBalance
from compounder.domain.stock.lots import AssayBasis, Certificate
from compounder.domain.stock.shells import NOMINAL_VOLUMES, VOLUMES_SOURCE
from compounder.domain.stock.substances import NALTREXONE_HYDROCHLORIDE, Substance
from compounder.domain.units import (
    DENSITY,
    MASS,
    MASS_PER_CAPSULE,
    VOLUME_PER_CAPSULE,
    Mass,
    Quantity,
    format_reading,
    format_shown,
    percent_text,
    shown,
    with_commas,
)
from compounder.domain.wording import with_capital


def derive(order: BatchOrder, figures: Figures, triturations: Sequence[Trituration]) -> tuple[DerivationLine, ...]:
    """The whole derivation of one batch, in the worksheet's order, the triturations it draws on included."""
    drawn_on = _of_the_next_lot(order) if figures.is_from_the_next_lot else order
    return (
        _potency(drawn_on, figures.potency),
        *_capsules_to_make(order, figures),
        *_powders(drawn_on, figures),
        *derive_dilution(figures, triturations),
        *_weighings(order, figures),
        *derive_left_over(order, figures),
        *derive_uncertainty(figures),
        _beyond_use(order, figures),
    )


def _of_the_next_lot(order: BatchOrder) -> BatchOrder:
    """The order as if its second lot were its first."""
    return replace(order, active=order.next_active.powder) if order.next_active else order


def _powders(order: BatchOrder, figures: Figures) -> Iterator[DerivationLine]:
    """What each capsule holds of drug and filler; of two lots, how they share the drug."""
    if figures.second:
        line = _potency(_of_the_next_lot(order), figures.second.potency)
        yield replace(line, label="Potency of the second lot")
        yield from derive_two_lots(figures, figures.second)
    else:
        yield _active_per_capsule(order, figures)
        yield from _fill(order, figures.fill)


def _potency(order: BatchOrder, potency: Potency) -> DerivationLine:
    tablets = tablets_of(order.source)
    if tablets:
        return _tablet_potency(tablets, order.strength_basis, potency)
    return potency_line(order.active, order.strength_basis, potency)


def _tablet_potency(tablets: Tablets, basis: Substance, potency: Potency) -> DerivationLine:
    molar = " × M(basis) ÷ M(hydrochloride)" if basis != NALTREXONE_HYDROCHLORIDE else ""
    masses = f"{format_shown(tablets.tablet_strength, MASS)} ÷ {format_shown(tablets.mean_tablet_mass, MASS)}"
    return derivation_line(
        "Potency of the crushed tablets",
        f"tablet strength ÷ mean tablet mass{molar}",
        masses + (f" × {_division(basis, NALTREXONE_HYDROCHLORIDE)}" if molar else ""),
        shown(potency.value),
        "tablets' label; mean of the tablets weighed",
    )


def potency_line(certificate: Certificate, basis: Substance, potency: Potency) -> DerivationLine:
    """How the potency of a powder on this basis came about, corrected or not."""
    if not potency.is_corrected:
        formula, numbers = "correction off: M(basis) ÷ M(powder)", _division(basis, certificate.substance)
        return derivation_line("Potency", formula, numbers, shown(potency.value), "site setting")
    moisture, molar = _moisture(certificate), _molar_masses(certificate, basis)
    return derivation_line(
        "Potency",
        f"assay{moisture[0]}{molar[0]}",
        f"{shown(potency.assay)}{moisture[1]}{molar[1]}",
        shown(potency.value),
        f"certificate of analysis, {certificate.assay_basis} basis",
    )


def _moisture(certificate: Certificate) -> tuple[str, str]:
    match certificate.assay_basis:
        case AssayBasis.AS_IS:
            return "", ""
        case AssayBasis.DRIED:
            return " × (1 − loss on drying)", f" × (1 − {shown(certificate.loss_on_drying or Decimal(0))})"
        case AssayBasis.ANHYDROUS if certificate.residual_solvent:
            water, solvent = shown(certificate.water or Decimal(0)), shown(certificate.residual_solvent)
            return " × (1 − water − solvent)", f" × (1 − {water} − {solvent})"
        case AssayBasis.ANHYDROUS:
            return " × (1 − water)", f" × (1 − {shown(certificate.water or Decimal(0))})"


def _molar_masses(certificate: Certificate, basis: Substance) -> tuple[str, str]:
    if certificate.expressed_as == basis:
        return "", ""
    return " × M(basis) ÷ M(assayed as)", f" × {_division(basis, certificate.expressed_as)}"


def _division(basis: Substance, other: Substance) -> str:
    return f"{basis.molar_mass} ÷ {other.molar_mass}"


def _capsules_to_make(order: BatchOrder, figures: Figures) -> Iterator[DerivationLine]:
    if order.as_weighed:
        yield from derive_as_weighed(order, order.as_weighed, figures)
        return
    formula, numbers = order.extra_capsules.as_formula(figures.line.capsules)
    yield derivation_line("Capsules to make", formula, numbers, f"{figures.capsules_to_make:,}", "formulation")


def _active_per_capsule(order: BatchOrder, figures: Figures) -> DerivationLine:
    strength, potency = _per_capsule(figures.line.strength), shown(figures.potency.value)
    overage = order.active_overage
    return derivation_line(
        "Drug powder per capsule",
        "strength × (1 + overage) ÷ potency" if overage else "strength ÷ potency",
        f"{strength} × (1 + {shown(overage)}) ÷ {potency}" if overage else f"{strength} ÷ {potency}",
        _per_capsule(figures.fill.active),
        "USP <1160>",
    )


def _per_capsule(quantity: Quantity) -> str:
    return format_shown(quantity, MASS_PER_CAPSULE)


def _fill(order: BatchOrder, fill: Fill) -> Iterator[DerivationLine]:
    match fill.method:
        case FillMethod.PACK_STATISTIC:
            yield from _by_pack_statistic(order, fill)
        case FillMethod.DENSITY:
            yield from _by_density(order, fill)
        case FillMethod.MASS:
            numbers = f"{_per_capsule(fill.total)} − {_per_capsule(fill.active)}"
            yield derivation_line(
                "Filler per capsule", "fixed fill − drug powder", numbers, _per_capsule(fill.filler), "site's fill"
            )
    numbers = f"{_per_capsule(fill.active)} + {_per_capsule(fill.filler)}"
    yield derivation_line("Fill per capsule", "drug powder + filler", numbers, _per_capsule(fill.total), "sum")


def _by_pack_statistic(order: BatchOrder, fill: Fill) -> Iterator[DerivationLine]:
    for name, size in fill.estimated_from:
        measured = order.active.pack_statistics if name == order.active.substance.name else order.filler.pack_statistics
        full = fill.active_full if name == order.active.substance.name else fill.filler_full
        volumes = [format_shown(order.capsule_volumes[at], VOLUME_PER_CAPSULE) for at in (fill.size, size) if at]
        yield derivation_line(
            f"Pack statistic of {name}, estimated",
            f"statistic at size {size} × volume of size {fill.size} ÷ volume of size {size}",
            f"{_per_capsule(measured[size])} × {' ÷ '.join(volumes)}",
            _per_capsule(full),
            _source_of_volumes(order),
        )
    room, active = shown(fill.room_taken), f"{_per_capsule(fill.active)} ÷ {_per_capsule(fill.active_full)}"
    yield derivation_line(
        "Room the drug takes", "drug powder ÷ its pack statistic", active, room, "pack statistic of the lot"
    )
    filler = f"{_per_capsule(fill.filler_full)} × (1 − {room})"
    yield derivation_line(
        "Filler per capsule", "filler's pack statistic × (1 − room)", filler, _per_capsule(fill.filler), "USP <1160>"
    )


def _by_density(order: BatchOrder, fill: Fill) -> Iterator[DerivationLine]:
    volume = format_shown(fill.volume, VOLUME_PER_CAPSULE) if fill.volume is not None else ""
    taken = format_shown(fill.active / fill.active_full, VOLUME_PER_CAPSULE)
    active = f"{_per_capsule(fill.active)} ÷ {format_shown(fill.active_full, DENSITY)}"
    yield derivation_line("Volume the drug takes", "drug powder ÷ its density", active, taken, "density of the lot")
    filler = f"({volume} − {taken}) × {format_shown(fill.filler_full, DENSITY)}"
    yield derivation_line(
        "Filler per capsule",
        "(capsule volume − drug's volume) × filler's density",
        filler,
        _per_capsule(fill.filler),
        _source_of_volumes(order),
    )


def _source_of_volumes(order: BatchOrder) -> str:
    return VOLUMES_SOURCE if order.capsule_volumes == NOMINAL_VOLUMES else "capsule volumes of the order"


def _weighings(order: BatchOrder, figures: Figures) -> Iterator[DerivationLine]:
    balances = {balance.name: balance for balance in order.balances}
    minimums = {weighing.balance: weighing.minimum_weighable for weighing in figures.weighings}
    for weighing in figures.weighings:
        yield _to_weigh(weighing, _exact(figures, weighing), balances[weighing.balance])
        if isinstance(order.source, Tablets) and weighing.tablets:
            yield tablets_line(order.source, weighing, weighing.tablets)
    for name, minimum in minimums.items():
        yield _minimum(order, balances[name], minimum)


def _exact(figures: Figures, weighing: Weighing) -> tuple[str, str]:
    """The rule for a mass and its numbers: per capsule × capsules, where no dilution or second lot came between."""
    per_capsule = {Role.ACTIVE: figures.fill.active, Role.FILLER: figures.fill.filler}
    if weighing.role in per_capsule and not figures.supply.is_dilute and not figures.is_from_two_lots:
        capsules = with_commas(shown(figures.dose.mixed_for))
        numbers = f"{_per_capsule(per_capsule[weighing.role])} × {capsules}"
        return "per capsule × capsules", f"{numbers} = {format_shown(weighing.exact, MASS)}"
    return "as worked out above", format_shown(weighing.exact, MASS)


def _to_weigh(weighing: Weighing, exact: tuple[str, str], balance: Balance) -> DerivationLine:
    rule, numbers = exact
    return derivation_line(
        f"{with_capital(weighing.ingredient)} to weigh",
        f"{rule}, half up to {format_reading(balance.readability)}",
        numbers,
        format_reading(weighing.to_weigh),
        f"balance {balance.name}",
    )


def _minimum(order: BatchOrder, balance: Balance, minimum: Mass) -> DerivationLine:
    formula, source = balance.minimum_formula
    return derivation_line(
        f"Least that {balance.name} weighs",
        formula,
        f"{_uncertainty_numbers(balance)} ÷ {shown(order.weighing_tolerance)}",
        format_shown(minimum, MASS),
        f"{source}, tolerance {percent_text(order.weighing_tolerance)} %",
    )


def _uncertainty_numbers(balance: Balance) -> str:
    match balance:
        case ElectronicBalance(readability=readability, repeatability=repeatability):
            return f"2 × max({format_shown(repeatability, MASS)}, 0.41 × {format_reading(readability)})"
        case _:
            return format_shown(2 * balance.standard_uncertainty, MASS)


def _beyond_use(order: BatchOrder, figures: Figures) -> DerivationLine:
    policy = order.beyond_use
    by_policy, *expiries = figures.limits
    counted = f"{format_day(order.compounded_on)} + {policy.length} − {policy.day_of_compounding}"
    days = "; ".join([f"{counted} = {format_day(by_policy.on)}", *(format_day(limit.on) for limit in expiries)])
    return derivation_line(
        "Beyond-use date",
        "earliest of the policy and the expiries",
        days,
        format_day(figures.beyond_use.on),
        figures.beyond_use.because,
    )
