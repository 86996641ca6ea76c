"""Releasing a batch, and what a signature is worth: it fits one record as it lay there, and no other."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from compounder.database import lots
from compounder.database.engine import Connection, Database
from compounder.database.errors import EntryUnreadable, RecordUnreadable
from compounder.domain.batch.source import Triturating
from compounder.domain.record.amendments import Amended
from compounder.domain.record.decisions import SamePerson
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.signatures import Meaning, NotForThisRole
from compounder.domain.record.standing import StatusForbids
from compounder.domain.units import mg, of
from compounder.services.corrections import quarantine_batch, reject_batch
from compounder.services.errors import NotHolding, StillToBeMade
from compounder.services.making import Making, make_trituration
from compounder.services.signatures import checked_of_batch
from compounder.services.standings import standing_of
from tests.services.batches import lot_numbers
from tests.services.orders import DAY, SITE, Bench, reserved
from tests.services.signing import AUGUST, CLARA, NOON, TOM, amend, file_of, release, right_answers, verified
from tests.services.triturations import as_planned, make, numbers_of


def problems(database: Database, lot_number: str, keys: Path) -> list[str]:
    """Why each signature of a batch does not hold; empty where it does."""
    return [checked.problem for checked in file_of(database, lot_number, keys).signatures]


def unguarded(connection: Connection) -> None:
    """The triggers that refuse a change beside the journal are gone."""
    for (trigger,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        connection.execute(text(f"DROP TRIGGER {trigger}"))


def changed(database: Database, statement: str, **values: str) -> None:
    """Somebody changes a table beside the journal."""
    with database.writing() as writing:
        unguarded(writing)
        assert writing.execute(text(statement), values).rowcount == 1


def test_a_pharmacist_releases_what_a_second_person_verified(bench: Bench, tmp_path: Path) -> None:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    verified(bench.database, number, tmp_path)
    release(bench.database, number, tmp_path)
    file = file_of(bench.database, number, tmp_path)
    assert (file.status, file.standing.moved_by) == (BatchStatus.RELEASED, CLARA.name)
    signed = [(each.signed.meaning, each.signed.role, each.signed.at, each.holds) for each in file.signatures]
    assert signed == [
        (Meaning.VERIFIED, "technician", NOON, True),
        (Meaning.RELEASED, "pharmacist", NOON, True),
    ]


@pytest.mark.parametrize("person", [TOM, AUGUST])
def test_only_a_pharmacist_or_owner_releases(sqlite_bench: Bench, tmp_path: Path, person: object) -> None:
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    verified(sqlite_bench.database, number, tmp_path)
    with pytest.raises(NotForThisRole, match="What is released needs a pharmacist or owner"):
        release(sqlite_bench.database, number, tmp_path, AUGUST if person is AUGUST else TOM)


def test_what_nobody_verified_is_not_released(sqlite_bench: Bench, tmp_path: Path) -> None:
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    with pytest.raises(StatusForbids, match=f"Batch {number} is planned; only a verified one is released."):
        release(sqlite_bench.database, number, tmp_path)


def test_a_record_changed_after_it_was_verified_is_not_released(sqlite_bench: Bench, tmp_path: Path) -> None:
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    verified(sqlite_bench.database, number, tmp_path)
    changed(sqlite_bench.database, "UPDATE batch_records SET document = replace(document, 'PH-102', 'PH-101')")
    assert problems(sqlite_bench.database, number, tmp_path) == [
        "What was signed is not what stands here: record changed."
    ]
    with pytest.raises(NotHolding, match="record changed"):
        release(sqlite_bench.database, number, tmp_path)


def test_a_plan_changed_in_its_table_shows_at_the_signature(sqlite_bench: Bench, tmp_path: Path) -> None:
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    verified(sqlite_bench.database, number, tmp_path)
    changed(sqlite_bench.database, "UPDATE plans SET document = replace(document, '158.3', '185.3')")
    assert problems(sqlite_bench.database, number, tmp_path) == [
        "What was signed is not what stands here: plan changed."
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10**6), letter=st.characters(min_codepoint=32, max_codepoint=126))
def test_one_byte_of_a_signed_record_is_enough(
    signed_batch: tuple[Database, str, Path], place: int, letter: str
) -> None:
    """Letters written over others: where one is the same, nothing was changed and the signature holds."""
    database, number, keys = signed_batch
    find = "SELECT document FROM batch_records r JOIN batches b ON b.id = r.batch_id WHERE b.lot_number = :number"
    with database.writing() as writing:
        unguarded(writing)
        whole = writing.execute(text(find), {"number": number}).scalar_one()
        at = place % len(whole)
        other = whole[:at] + letter + whole[at + 1 :]
        change = "UPDATE batch_records SET document = :document"
        writing.execute(text(change), {"document": other})
        checked = checked_of_batch(writing, SITE, number, standing_of(writing, SITE, number), keys)
        writing.execute(text(change), {"document": whole})
    assert [each.is_valid for each in checked] == [other == whole, other == whole]


@pytest.fixture
def signed_batch(sqlite_bench: Bench, tmp_path: Path) -> tuple[Database, str, Path]:
    """A batch that is verified and released."""
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    verified(sqlite_bench.database, number, tmp_path)
    release(sqlite_bench.database, number, tmp_path)
    return sqlite_bench.database, number, tmp_path


def test_a_record_that_is_none_any_more_is_refused_in_a_sentence(signed_batch: tuple[Database, str, Path]) -> None:
    database, number, keys = signed_batch
    changed(database, "UPDATE batch_records SET document = replace(document, '{', '[')")
    with pytest.raises(RecordUnreadable, match="was changed and cannot be read"):
        file_of(database, number, keys)


def test_an_entry_that_is_none_any_more_is_refused_in_a_sentence(signed_batch: tuple[Database, str, Path]) -> None:
    database, number, keys = signed_batch
    changed(database, "UPDATE journal SET kind = 'batch-blessed' WHERE kind = 'batch-released'")
    with pytest.raises(EntryUnreadable, match="of the journal was changed and cannot be read"):
        file_of(database, number, keys)


def test_a_signature_moved_to_another_record_fits_nothing_there(sqlite_bench: Bench, tmp_path: Path) -> None:
    """The same person verified both at the same moment, and the strengths are the same."""
    (mine,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    (other,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg", key="second"))
    for number in (mine, other):
        verified(sqlite_bench.database, number, tmp_path)
    move = (
        "UPDATE journal SET document = (SELECT document FROM journal WHERE kind = :kind AND subject = :other) "
        "WHERE kind = :kind AND subject = :mine"
    )
    changed(sqlite_bench.database, move, kind="batch-verified", mine=mine, other=other)
    assert problems(sqlite_bench.database, mine, tmp_path) == [
        "What was signed is not what stands here: subject, record changed."
    ]
    assert problems(sqlite_bench.database, other, tmp_path) == [""]


def test_another_pharmacys_key_signs_nothing_here(sqlite_bench: Bench, tmp_path: Path) -> None:
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    verified(sqlite_bench.database, number, tmp_path / "theirs")
    (lot,) = lot_numbers(sqlite_bench, sqlite_bench.order("3 mg", key="second"))
    verified(sqlite_bench.database, lot, tmp_path / "ours")
    assert problems(sqlite_bench.database, number, tmp_path / "theirs") == [""]
    assert problems(sqlite_bench.database, number, tmp_path / "ours") == [
        "It is signed with a key that is not this pharmacy's."
    ]


def test_a_folder_that_vouches_for_no_key_vouches_for_no_signature(sqlite_bench: Bench, tmp_path: Path) -> None:
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    verified(sqlite_bench.database, number, tmp_path / "theirs")
    assert problems(sqlite_bench.database, number, tmp_path / "empty") == [
        "It is signed with a key that is not this pharmacy's."
    ]


def test_a_plan_revised_after_the_verification_is_to_be_verified_again(bench: Bench, tmp_path: Path) -> None:
    shared = {"trituration": Triturating.SHARED}
    (made,), (number,) = numbers_of(bench, bench.order("0.5 mg", capsules=30, **shared))
    verified(bench.database, number, tmp_path)
    with pytest.raises(StillToBeMade, match=f"draws on trituration {made}"):
        release(bench.database, number, tmp_path)
    make(bench, made, as_planned(bench, made))
    file = file_of(bench.database, number, tmp_path)
    (checked,) = file.signatures
    assert (file.status, file.record.plan_number) == (BatchStatus.PLANNED, 2)
    assert (checked.is_valid, checked.signed.covers, checked.holds) == (True, False, False)
    assert "weigh_aliquot" in right_answers(file.record)
    assert verified(bench.database, number, tmp_path, CLARA) == ()
    release(bench.database, number, tmp_path)
    holds = [each.holds for each in file_of(bench.database, number, tmp_path).signatures]
    assert holds == [False, True, True]


def test_whoever_made_its_trituration_is_no_second_person(sqlite_bench: Bench, tmp_path: Path) -> None:
    shared = {"trituration": Triturating.SHARED}
    (made,), (number,) = numbers_of(sqlite_bench, sqlite_bench.order("0.5 mg", capsules=30, **shared))
    making = Making(
        site=SITE,
        lot_number=made,
        weights=as_planned(sqlite_bench, made),
        made_on=DAY,
        one_time_key="made",
        actor=TOM.actor,
        at=NOON,
    )
    with sqlite_bench.database.writing() as writing:
        make_trituration(writing, making)
    with pytest.raises(SamePerson, match="Tom Weber"):
        verified(sqlite_bench.database, number, tmp_path, TOM)
    assert verified(sqlite_bench.database, number, tmp_path, CLARA) == ()


def test_an_amendment_takes_the_release_with_it(bench: Bench, tmp_path: Path) -> None:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    verified(bench.database, number, tmp_path)
    release(bench.database, number, tmp_path)
    amend(bench.database, number, Amended.REMARK, "A pale blue one", label="Appearance", person=CLARA)
    file = file_of(bench.database, number, tmp_path)
    assert (file.status, file.status_reason) == (BatchStatus.QUARANTINED, "Written down wrongly")
    assert [(each.is_valid, each.holds) for each in file.signatures] == [(True, False), (True, False)]


def on_hand(bench: Bench, lot_id: str) -> Decimal:
    """What is in the jar, in mg, whether reserved or not."""
    with bench.database.reading() as reading:
        milligrams: Decimal = (lots.load(reading, SITE, lot_id).on_hand + of(0, mg)).magnitude
    return milligrams


def test_a_batch_weighed_on_paper_uses_its_powders_up_when_it_is_released(bench: Bench, tmp_path: Path) -> None:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    verified(bench.database, number, tmp_path)
    before = on_hand(bench, bench.active), on_hand(bench, bench.filler)
    release(bench.database, number, tmp_path)
    after = on_hand(bench, bench.active), on_hand(bench, bench.filler)
    assert [was - now for was, now in zip(before, after, strict=True)] == [Decimal("158.3"), Decimal("12254.5")]
    assert reserved(bench, bench.active) == reserved(bench, bench.filler) == Decimal(0)
    with bench.database.writing() as writing:
        quarantine_batch(writing, SITE, number, reason="Spots", person=CLARA, at=NOON)
        reject_batch(writing, SITE, number, reason="Spots", person=CLARA, at=NOON)
    assert (on_hand(bench, bench.active), on_hand(bench, bench.filler)) == after
