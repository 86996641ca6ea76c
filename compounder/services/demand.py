"""Demand: what open prescriptions ask for by formulation and strength, less what released stock covers."""

from datetime import date

from compounder.database import capsule_stock, prescriptions
from compounder.database.engine import Connection
from compounder.database.types import nanograms
from compounder.domain.care.demand import DemandLine
from compounder.domain.units import MASS_PER_CAPSULE


def demand(connection: Connection, site: str, today: date) -> tuple[DemandLine, ...]:
    """A line for each strength that is asked for, by formulation, the weakest strength first."""
    wanted = {
        (asked.formulation, nanograms(asked.strength, MASS_PER_CAPSULE)): asked
        for asked in prescriptions.asked_for(connection, site)
    }
    shelf = capsule_stock.on_shelf(connection, site, today, wanted)
    return tuple(
        DemandLine(
            formulation=asked.formulation,
            strength=asked.strength,
            prescribed=asked.capsules,
            on_shelf=shelf[strength],
            prescriptions=asked.prescriptions,
        )
        for strength, asked in wanted.items()
    )
