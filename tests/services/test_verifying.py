"""The second person: enters what matters without seeing it, is somebody else, and signs what is the same."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from compounder.domain.errors import SeveralErrors
from compounder.domain.people.person import Person, Role
from compounder.domain.record.amendments import Amended
from compounder.domain.record.decisions import SamePerson, SecondPersonNeeded
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.signatures import Meaning, NotForThisRole
from compounder.domain.record.standing import StatusForbids
from compounder.services.errors import CannotBeMade
from tests.services.batches import lot_numbers
from tests.services.orders import ANNA, Bench, a_decision, entries
from tests.services.signing import AUGUST, CLARA, NOON, OLGA, TOM, amend, cannot_be_made, file_of, verified


def a_batch(bench: Bench) -> str:
    """Our lot number of a batch of 1.5 mg that Anna planned."""
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    return number


def test_a_second_person_who_enters_the_same_figures_verifies_and_signs(bench: Bench, tmp_path: Path) -> None:
    number = a_batch(bench)
    assert verified(bench.database, number, tmp_path) == ()
    file = file_of(bench.database, number, tmp_path)
    assert (file.status, file.standing.moved_by, file.standing.moved_at) == (BatchStatus.VERIFIED, TOM.name, NOON)
    (checked,) = file.signatures
    signed = checked.signed
    assert (signed.meaning, signed.name, signed.role, signed.at) == (Meaning.VERIFIED, "Tom Weber", "technician", NOON)
    assert checked.is_valid
    assert checked.holds


def test_what_was_entered_is_kept_with_the_signature(sqlite_bench: Bench, tmp_path: Path) -> None:
    number = a_batch(sqlite_bench)
    verified(sqlite_bench.database, number, tmp_path, weigh_active="0.1583 g")
    entry = file_of(sqlite_bench.database, number, tmp_path).entries[-1]
    assert (entry.kind, entry.actor) == (EntryKind.BATCH_VERIFIED, TOM.actor)
    assert json.loads(entry.document)["entered"]["weigh_active"] == "0.1583 g"


@pytest.mark.parametrize(
    ("key", "slip"),
    [
        ("strength", "15 mg"),
        ("capsules", "100"),
        ("substance", "naltrexone"),
        ("assay", "92.9"),
        ("water", "6.1"),
        ("residual_solvent", "0.1"),
        ("weigh_active", "153.8 mg"),
    ],
)
def test_each_figure_entered_otherwise_is_named_and_nothing_is_verified(
    sqlite_bench: Bench, tmp_path: Path, key: str, slip: str
) -> None:
    number = a_batch(sqlite_bench)
    slips = {key: slip}
    assert verified(sqlite_bench.database, number, tmp_path, TOM, **slips) == (key,)
    file = file_of(sqlite_bench.database, number, tmp_path)
    assert (file.status, file.signatures) == (BatchStatus.PLANNED, ())
    assert (file.entries[-1].kind, file.entries[-1].actor) == (EntryKind.BATCH_ENTRY_DIFFERED, TOM.actor)
    said = json.loads(file.entries[-1].document)
    assert (said["differing"], said["entered"][key]) == ([key], slip)
    assert verified(sqlite_bench.database, number, tmp_path) == ()


def test_what_cannot_be_read_is_complained_of_at_its_field_and_nothing_is_kept(
    sqlite_bench: Bench, tmp_path: Path
) -> None:
    number = a_batch(sqlite_bench)
    before = entries(sqlite_bench)
    with pytest.raises(SeveralErrors) as refused:
        verified(sqlite_bench.database, number, tmp_path, strength="1,5 mg", capsules=" ", assay="99.2 %")
    codes = {part.pointer: part.code for part in refused.value.errors()}
    assert codes == {"/strength": "not-a-number", "/capsules": "missing-key", "/assay": "not-a-number"}
    assert entries(sqlite_bench) == before


@pytest.mark.parametrize("name", ["Anna Müller", "ANNA  müller "])
def test_whoever_planned_it_is_no_second_person_however_the_name_is_written(
    bench: Bench, tmp_path: Path, name: str
) -> None:
    number = a_batch(bench)
    with pytest.raises(SamePerson, match="somebody else has to do this"):
        verified(bench.database, number, tmp_path, replace(CLARA, name=name))
    assert file_of(bench.database, number, tmp_path).status is BatchStatus.PLANNED


def test_whoever_amended_it_is_no_second_person(sqlite_bench: Bench, tmp_path: Path) -> None:
    number = a_batch(sqlite_bench)
    amend(sqlite_bench.database, number, Amended.BALANCE, "B2", label="microcrystalline cellulose", person=TOM)
    with pytest.raises(SamePerson):
        verified(sqlite_bench.database, number, tmp_path, TOM)
    assert verified(sqlite_bench.database, number, tmp_path, CLARA) == ()


def test_an_auditor_signs_nothing(sqlite_bench: Bench, tmp_path: Path) -> None:
    number = a_batch(sqlite_bench)
    with pytest.raises(NotForThisRole, match="an auditor cannot do it"):
        verified(sqlite_bench.database, number, tmp_path, AUGUST)


def test_a_batch_is_verified_once(sqlite_bench: Bench, tmp_path: Path) -> None:
    number = a_batch(sqlite_bench)
    verified(sqlite_bench.database, number, tmp_path)
    with pytest.raises(StatusForbids, match="is verified; only a planned or in-making one is verified"):
        verified(sqlite_bench.database, number, tmp_path, OLGA)


def test_what_cannot_be_made_or_waits_for_a_decision_is_not_verified(sqlite_bench: Bench, tmp_path: Path) -> None:
    number = a_batch(sqlite_bench)
    with sqlite_bench.database.writing() as writing:
        cannot_be_made(writing, number, "Too little of it is left.")
    with pytest.raises(CannotBeMade, match="Too little of it is left"):
        verified(sqlite_bench.database, number, tmp_path)
    storing = sqlite_bench.storing(sqlite_bench.request("2.2 mg"), key="second")
    (waits,) = lot_numbers(sqlite_bench, sqlite_bench.store(replace(storing, decisions={"2.2 mg": (a_decision(),)})))
    with pytest.raises(SecondPersonNeeded, match="a pharmacist or owner other than Berta Weiß"):
        verified(sqlite_bench.database, waits, tmp_path)


def test_a_typed_name_of_before_is_somebody_too(sqlite_bench: Bench, tmp_path: Path) -> None:
    """Anna's name was typed when the order was stored; now she has an account under the same name."""
    number = a_batch(sqlite_bench)
    assert not ANNA.is_authenticated
    anna = Person(sign_in_name="anna", name=ANNA.name, role=Role.OWNER)
    with pytest.raises(SamePerson):
        verified(sqlite_bench.database, number, tmp_path, anna)
