"""The vessel weighed empty: zero within one step of the balance, at the bench and at the mortar, and kept with it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from compounder.database import journal
from compounder.database.engine import Database
from compounder.domain.errors import CompoundingError, MissingKey
from compounder.domain.record.journal import JournalEntry
from compounder.domain.record.making import making
from compounder.domain.record.readings import NotTared
from compounder.domain.units import READING, format_reading, parse_quantity
from compounder.services.making import JarsInHand, Making, make_from_jars
from tests.services.benches import a_batch, a_weighing, at_bench, refused, weigh_next
from tests.services.orders import ANNA, DAY, MORNING, SITE, Bench, entries
from tests.services.triturations import as_planned, looked_at, planned

ZERO = parse_quantity("0.0 mg", READING)


@pytest.mark.parametrize(
    ("kind", "shown", "said"),
    [
        (
            NotTared,
            "812.4 mg",
            "B1 shows 812.4 mg with the empty vessel; tare it to zero, then weigh the powder in it.",
        ),
        (NotTared, "0.2 mg", "B1 shows 0.2 mg with the empty vessel"),
        (CompoundingError, "", "such as 1.5 mg"),
        (CompoundingError, "0", "such as 1.5 mg"),
        (CompoundingError, "-0.1 mg", "such as 1.5 mg"),
    ],
)
def test_a_vessel_that_is_not_tared_is_refused(
    sqlite_bench: Bench, kind: type[CompoundingError], shown: str, said: str
) -> None:
    refused(sqlite_bench, kind, said, a_weighing(sqlite_bench, a_batch(sqlite_bench), tared=shown))


@pytest.mark.parametrize("shown", ["0 mg", "0.0 mg", "0.0000 g", "0.1 mg"])
def test_zero_within_one_step_is_kept_with_the_weighing(sqlite_bench: Bench, shown: str) -> None:
    number = a_batch(sqlite_bench)
    weigh_next(sqlite_bench, number, tared=shown)
    taken = at_bench(sqlite_bench, number).making.taken[0]
    assert taken is not None
    assert taken.balance_said == f"B1, tared to {shown}"


def test_a_weighing_from_before_it_was_asked_for_is_read_as_it_was(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    weigh_next(sqlite_bench, number)
    record = at_bench(sqlite_bench, number).record
    (taken, _) = making(record, map(as_it_was, told_of(sqlite_bench.database, number))).taken
    assert taken is not None
    assert (taken.tared, taken.balance_said, format_reading(taken.reading)) == (None, "B1", "158.3 mg")


def told_of(database: Database, number: str) -> tuple[JournalEntry, ...]:
    with database.reading() as reading:
        return journal.entries_of(reading, SITE, number)


def as_it_was(entry: JournalEntry) -> JournalEntry:
    """The entry without what was not asked for."""
    said = json.loads(entry.document)
    said.pop("tared", None)
    return replace(entry, document=json.dumps(said))


def mixed(bench: Bench, number: str, **tared: Any) -> str:
    """The id of the lot of a trituration that is made at the mortar as planned."""
    making_it = Making(
        site=SITE,
        lot_number=number,
        weights=replace(as_planned(bench, number), **{"started_with_tared": ZERO, "diluent_tared": ZERO, **tared}),
        made_on=DAY,
        one_time_key="mixing",
        actor=ANNA,
        at=MORNING,
    )
    with bench.database.writing() as writing:
        return make_from_jars(writing, making_it, JarsInHand(start_lot="NTX-2411", diluent_lot="MCC-118"))


@pytest.mark.parametrize("field", ["started_with_tared", "diluent_tared"])
def test_nothing_is_mixed_from_a_vessel_that_is_not_tared(sqlite_bench: Bench, field: str) -> None:
    number, before = planned(sqlite_bench), entries(sqlite_bench)
    for kind, shown in ((NotTared, parse_quantity("500.0 mg", READING)), (MissingKey, None)):
        with pytest.raises(kind) as refusal:
            mixed(sqlite_bench, number, **{field: shown})
        assert getattr(refusal.value, "field_name", "") == field
    assert entries(sqlite_bench) == before


def test_the_zeros_of_a_trituration_stand_with_its_weights(sqlite_bench: Bench) -> None:
    number = planned(sqlite_bench)
    assert mixed(sqlite_bench, number)
    made = looked_at(sqlite_bench, number).stored.made
    assert made is not None
    assert (made.weights.started_with_tared, made.weights.diluent_tared) == (ZERO, ZERO)
