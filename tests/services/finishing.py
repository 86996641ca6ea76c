"""Finished capsules of a batch of 1.5 mg in size 3, whose fill is 120.5 mg, in shells of 48 mg.

Each act is a transaction of its own, as a form's would be."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

from sqlalchemy import text

from compounder.database import formulations
from compounder.database.engine import open_database
from compounder.domain.formulary.naltrexone import first_formulation
from compounder.domain.people.person import Person
from compounder.domain.quality.weights import CapsuleWeights
from compounder.domain.quality.yields import Reconciliation
from compounder.domain.record.finished import Finished
from compounder.domain.units import (
    mg,
    of,
    parse_mass,
)
from compounder.services.finishing import Finishing, count_capsules, decide_on_capsules, finished_of, weigh_capsules
from compounder.settings import Settings
from tests.domain.inspections import readings
from tests.services.batches import lot_numbers
from tests.services.orders import SITE, Bench, an_entry, approval
from tests.services.proved import attacking
from tests.services.signing import CLARA, NOON, TOM

FILLED = ("168.2", "167.9", "169.4", "168.8", "170.1", "168.0", "167.1", "169.9", "168.6", "168.4")
ONE_HEAVY = ("180.9", *FILLED[1:])
"""The first holds 132.9 mg, 110.3 % of what is planned."""


def finishing(number: str, person: Person = TOM, reason: str = "") -> Finishing:
    """Something entered of a batch's capsules, at noon."""
    return Finishing(site=SITE, lot_number=number, person=person, at=NOON, reason=reason)


def capsules(filled: Sequence[str] = FILLED) -> CapsuleWeights:
    """These, in shells of 48 mg."""
    return CapsuleWeights(filled=readings(filled), mean_empty_shell=parse_mass("48 mg"))


def weigh(
    bench: Bench,
    number: str,
    filled: Sequence[str] = FILLED,
    pharmacopoeias: Sequence[str] = (),
    left_out_because: str = "",
    balance: str = "B1",
    **entered: Any,
) -> Finished:
    """Tom weighs ten capsules."""
    with bench.database.writing() as writing:
        return weigh_capsules(
            writing,
            finishing(number, **entered),
            capsules(filled),
            balance=balance,
            pharmacopoeias=pharmacopoeias,
            left_out_because=left_out_because,
        )


def a_count(**changes: Any) -> Reconciliation:
    """A hundred and three capsules, all accounted for, of what the plan weighs."""
    usual: dict[str, Any] = {
        "made": 103,
        "good": 101,
        "rejected": 1,
        "samples": 1,
        "powder_weighed": parse_mass("12412.8 mg"),
        "powder_left": of(0, mg),
    }
    return Reconciliation(**(usual | changes))


def count(bench: Bench, number: str, counted: Reconciliation | None = None, **entered: Any) -> Finished:
    """Tom counts them."""
    with bench.database.writing() as writing:
        return count_capsules(writing, finishing(number, **entered), counted or a_count())


def decide(bench: Bench, number: str, person: Person = CLARA, reason: str = "Capsule 1 is taken out.") -> Finished:
    """A pharmacist decides that they may go on."""
    with bench.database.writing() as writing:
        return decide_on_capsules(writing, finishing(number, person, reason))


def found(bench: Bench, number: str) -> Finished:
    """What the journal tells of them."""
    with bench.database.reading() as reading:
        return finished_of(reading, SITE, number)


def by_another_version(bench: Bench, **changes: Any) -> str:
    """Our lot number of a batch by version 2 of the formulation, changed so and approved."""
    second = replace(first_formulation(1), version=2, reason="Changed", **changes)
    with bench.database.writing() as writing:
        formulations.add_version(writing, SITE, second, an_entry(writing))
        formulations.approve(writing, SITE, "NTX-CAPS", 2, approval())
    return lot_numbers(bench, bench.order("1.5 mg", version=2))[0]


def a_batch(bench: Bench) -> str:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    return number


def planned_in(where: Settings) -> str:
    """Our lot number of a batch of the small pharmacy that is planned."""
    with attacking(where.database_url) as connection:
        asked = text("SELECT lot_number FROM batches WHERE status = 'planned' AND plan_number = 1 ORDER BY id")
        return str(connection.execute(asked).scalars().first())


def weighed_in(where: Settings) -> None:
    """A batch whose capsules were weighed, and weighed again with their own shells, in grams."""
    number = planned_in(where)
    with closing(open_database(where.database_url)) as database:
        bench = Bench(database, "", "")
        weigh(bench, number, ONE_HEAVY), count(bench, number), weigh(bench, number, FILLED, reason="Read again")
