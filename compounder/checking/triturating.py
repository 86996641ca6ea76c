"""Whether a trituration is as strong as its weights say, and its label says so: in the scratch pharmacy."""

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from compounder.checking.agreement import is_close
from compounder.checking.checks import Check, Failed, Ground, Part
from compounder.checking.paper_reading import read_paper
from compounder.checking.papers import require_code
from compounder.checking.scratch import Scratch, line
from compounder.domain.record.trituration_record import TriturationRecord, WeightsTaken, as_planned
from compounder.domain.units import MASS, READING, magnitude, parse_quantity
from compounder.printing.paper import SMALL
from compounder.services.example_people import SITE, TECHNICIAN
from compounder.services.making import Making, make_trituration
from compounder.services.papers import LabelRequest, trituration_labels
from compounder.services.triturations import of_batch, trituration_file

_TOO_LITTLE_TO_WEIGH: Final = line("0.5 mg", 20)
_A_STEP: Final = Decimal("0.1")
"""Of the balance, in mg: so much more drug than planned, so that what was weighed is told from what was meant."""
_STRENGTH: Final = re.compile(r"([\d.]+) mg/g")
_AS_PRINTED: Final = Fraction(1, 2000)
"""Four digits stand on a label."""


def _trituration(ground: Ground) -> str:
    scratch = ground.scratch
    number, weights = _made(scratch)
    with scratch.database.reading() as reading:
        stored = trituration_file(reading, SITE, number).stored
    drug, diluent = (Fraction(magnitude(mass, MASS)) for mass in (weights.started_with, weights.diluent))
    share, found = drug / (drug + diluent), stored.made.active_fraction if stored.made else Decimal(0)
    if not is_close(Fraction(found), share):
        raise Failed(f"Of trituration {number} {found:.6f} is drug; its weights make it {float(share):.6f}.")
    printed = _printed(ground, number)
    if abs(Fraction(printed) / (share * _potency(stored.record) * 1000) - 1) > _AS_PRINTED:
        raise Failed(f"The label of trituration {number} says {printed:f} mg/g.")
    return f"{stored.record.plan.ratio}, {_A_STEP} mg heavier than planned: {printed:f} mg/g, as reckoned again."


def _made(scratch: Scratch) -> tuple[str, WeightsTaken]:
    """Our lot number of a trituration that an order of very little drug needs, and what was weighed for it."""
    request = replace(scratch.request, strengths=(_TOO_LITTLE_TO_WEIGH,))
    (batch,) = scratch.store(scratch.as_shown(request, "check, a trituration"))
    with scratch.database.writing() as writing:
        (planned,) = of_batch(writing, SITE, batch)
        weights = as_planned(trituration_file(writing, SITE, planned.lot_number).stored.record.plan)
        a_step_more = f"{magnitude(weights.started_with, MASS) + _A_STEP} mg"
        weights = replace(weights, started_with=parse_quantity(a_step_more, READING))
        making = Making(
            site=SITE,
            lot_number=planned.lot_number,
            weights=weights,
            made_on=scratch.at.date(),
            one_time_key="check, made",
            actor=TECHNICIAN.actor,
            at=scratch.at,
        )
        make_trituration(writing, making)
    return planned.lot_number, weights


def _potency(record: TriturationRecord) -> Fraction:
    """Assay × (1 − water), as the certificate of the scratch pharmacy's drug has them."""
    active = record.order.active
    return Fraction(active.assay) * (1 - Fraction(active.water or 0))


def _printed(ground: Ground, number: str) -> Decimal:
    """The strength that the label says, in mg/g; fails where its code reads another lot."""
    request = LabelRequest(lot_numbers=(number,), stock=SMALL, copies=1, first_place=1)
    (page,) = read_paper(trituration_labels(ground.scratch.database, SITE, request, at=ground.at))
    require_code(page, number, "trituration's label")
    said = _STRENGTH.search(page.words)
    if said is None:
        raise Failed("The trituration's label says no strength.")
    return Decimal(said[1])


TRITURATING: Final = (
    Check(
        number="OQ10",
        part=Part.OPERATION,
        requirement="A trituration is as strong as its weights say",
        hazards=("B3", "B4", "C5"),
        test="One is made for an order too small to weigh, a little too strong; its label is read and reckoned again.",
        run=_trituration,
    ),
)
