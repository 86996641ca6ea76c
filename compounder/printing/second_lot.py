"""Two lots in one weighing: how the second mass is worked out at the bench from what the first jar really gave."""

from compounder.domain.batch.plan import BatchPlan
from compounder.domain.batch.weighing import Role
from compounder.domain.units import MASS, format_rounded, shown
from compounder.printing.documents import SecondLot
from compounder.printing.jars import Shelf

_RULE = "second = (wanted − first) × first's potency ÷ second's potency."
_FINER_THAN_A_BALANCE = "0.0001"


def second_lot_of(plan: BatchPlan, shelf: Shelf) -> SecondLot | None:
    """The sum to do where both lots are weighed; `wanted` is all of the drug in powder of the first lot."""
    masses = {weighing.role: weighing.exact for weighing in plan.weighings}
    if not {Role.ACTIVE, Role.NEXT_ACTIVE} <= masses.keys():
        return None
    wanted = masses[Role.ACTIVE] + masses[Role.NEXT_ACTIVE] * (shelf.next_potency / shelf.potency)
    return SecondLot(
        rule=_RULE,
        wanted=format_rounded(wanted, MASS, _FINER_THAN_A_BALANCE),
        exchange=f"{shown(shelf.potency)} ÷ {shown(shelf.next_potency)}",
    )
