"""A decision is two people's: until the second has decided as well, nothing goes on."""

from dataclasses import replace
from pathlib import Path

import pytest

from compounder.domain.errors import MissingKey
from compounder.domain.people.person import Person
from compounder.domain.record.decisions import SamePerson, SecondPersonNeeded
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import Decision
from compounder.domain.record.signatures import NotForThisRole
from compounder.printing.paper import SMALL, Paper
from compounder.services.errors import NothingToDecide
from compounder.services.papers import LabelRequest, labels, worksheets
from tests.services.batches import lot_numbers
from tests.services.orders import MORNING, SITE, Bench, a_decision
from tests.services.signing import AUGUST, CLARA, NOON, TOM, file_of, share


def a_batch(bench: Bench, decision: Decision | None = None) -> str:
    """A batch of 2.2 mg, which is no usual strength; Berta decided that it is right, and Anna stored it."""
    storing = bench.storing(bench.request("2.2 mg"))
    order = bench.store(replace(storing, decisions={"2.2 mg": (decision or a_decision(),)}))
    (number,) = lot_numbers(bench, order)
    return number


def test_a_batch_that_one_person_decided_on_has_no_papers(bench: Bench, tmp_path: Path) -> None:
    number = a_batch(bench)
    wanted = LabelRequest(lot_numbers=(number,), stock=SMALL, copies=1, first_place=1)
    sentence = f"Batch {number} waits: a pharmacist or owner other than Berta Weiß has to share its decision."
    with pytest.raises(SecondPersonNeeded, match=sentence):
        worksheets(bench.database, SITE, (number,), Paper.A4, at=MORNING)
    with pytest.raises(SecondPersonNeeded):
        labels(bench.database, SITE, wanted, at=MORNING)
    assert [finding.code for finding in file_of(bench.database, number, tmp_path).undecided] == ["strength-not-usual"]


def test_a_second_persons_decision_lets_it_go_on_and_both_stand_there(bench: Bench, tmp_path: Path) -> None:
    number = a_batch(bench)
    share(bench, number)
    file = file_of(bench.database, number, tmp_path)
    (first,), (second,) = file.record.decisions, file.standing.shared
    assert (first.name, first.reason) == ("Berta Weiß", "The prescriber was telephoned.")
    assert (second.name, second.reason, second.at) == (CLARA.name, "Seen with the prescriber.", NOON)
    assert (second.codes, file.undecided) == (("strength-not-usual",), ())
    assert (file.entries[-1].kind, file.entries[-1].actor) == (EntryKind.DECISION_SHARED, CLARA.actor)
    assert worksheets(bench.database, SITE, (number,), Paper.A4, at=MORNING)


@pytest.mark.parametrize("name", ["Berta Weiß", "berta  WEISS", "Anna Müller"])
def test_neither_who_decided_first_nor_who_stored_it_is_the_second(sqlite_bench: Bench, name: str) -> None:
    number = a_batch(sqlite_bench)
    with pytest.raises(SamePerson):
        share(sqlite_bench, number, replace(CLARA, name=name))


@pytest.mark.parametrize("person", [TOM, AUGUST])
def test_the_second_is_a_pharmacist_or_the_owner(sqlite_bench: Bench, person: Person) -> None:
    number = a_batch(sqlite_bench)
    with pytest.raises(NotForThisRole, match="needs a pharmacist or owner"):
        share(sqlite_bench, number, person)


def test_a_second_decision_needs_its_reason_and_something_to_decide(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    with pytest.raises(MissingKey):
        share(sqlite_bench, number, reason=" ")
    share(sqlite_bench, number)
    with pytest.raises(NothingToDecide):
        share(sqlite_bench, number)
