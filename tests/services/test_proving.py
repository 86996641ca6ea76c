"""`compounder verify` against somebody who holds the database: each change is found and named, on both databases."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compounder.codec.documents import entry_hash
from compounder.database import journal
from compounder.database.audit.entries import every_entry
from compounder.database.audit.snapshot import snapshot
from compounder.database.engine import open_database
from compounder.database.errors import DatabaseUnusable, NotThisVersion
from compounder.domain.record.checkpoint import NotACheckpoint
from compounder.services.proving import verify
from compounder.services.signing import begin_key, public_key_text, public_keys, read_public_key, signing_key
from compounder.settings import Settings
from tests.services.orders import an_entry
from tests.services.proved import (
    Attack,
    attacked,
    each,
    entry_added,
    hash_again,
    plant_again,
    sentences,
    sign,
    statement,
    swapped,
    verified,
)

ENTRIES = 22
BATCH = "261121A002I"
NO_CHECKPOINTS = statement("DELETE FROM checkpoints")
ANOTHER_REASON = each(
    statement("UPDATE journal SET document = replace(document, 'Balances', 'Scales') WHERE number = 3"),
    statement("UPDATE site_settings SET document = replace(document, 'Balances', 'Scales')"),
)
REWRITTEN = each(ANOTHER_REASON, hash_again, plant_again, NO_CHECKPOINTS)


def on_paper(where: Settings) -> str:
    """The newest checkpoint, as a worksheet has it."""
    database = open_database(where.database_url)
    with database.writing() as writing:
        text = sign(writing, where)
    database.close()
    return text


def test_all_is_well_where_nothing_was_changed(pharmacy: Settings) -> None:
    found = verified(pharmacy, on_paper(pharmacy))
    assert found.findings == ()
    assert found.sentence.startswith(
        "Nothing was changed: 22 entries, every row that they made and 3 checkpoints are as they were written; root "
    )


def test_an_entry_is_hashed_as_it_was_when_it_was_written(pharmacy: Settings) -> None:
    with snapshot(pharmacy.database_url) as connection:
        written = {entry.number: entry_hash(entry) for entry in journal.newest(connection, "A", limit=ENTRIES)}
        assert {told.number: told.leaf for told in every_entry(connection)} == written


@pytest.mark.parametrize(
    "change",
    [
        "document = replace(document, '1.5 mg', '1.6 mg')",
        "document = document || ' '",
        "actor = 'Berta Weiss'",
        "site = 'B'",
        "subject = '261121A0099'",
        "kind = 'order-stored'",
        "leaf_hash = substr(leaf_hash, 2) || substr(leaf_hash, 1, 1)",
        "leaf_hash = 'nonsense'",
    ],
)
def test_a_changed_entry_is_named(pharmacy: Settings, change: str) -> None:
    found = attacked(pharmacy, statement(f"UPDATE journal SET {change} WHERE number = 12"))
    assert "Entry 12 (" in found
    assert "is not what was written: its leaf hash does not fit." in found


def test_a_changed_moment_or_flag_is_named(pharmacy: Settings) -> None:
    attacks = each(
        statement("UPDATE journal SET at = '2026-11-21 09:30:01' WHERE number = 8"),
        statement("UPDATE journal SET actor_is_authenticated = NOT actor_is_authenticated WHERE number = 9"),
    )
    found = attacked(pharmacy, attacks)
    assert [f"Entry {number} (" in found for number in (7, 8, 9, 10)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        (statement("DELETE FROM journal WHERE number = 5"), "Entry 5 is missing from the journal."),
        (statement("DELETE FROM journal WHERE number BETWEEN 5 AND 8"), "Entries 5 to 8 are missing from the journal."),
        (entry_added(23), "Entry 23 is not in the journal's tree: put in past it."),
        (entry_added(0), "Entry 0 (formulation revised: NTX-CAPS) does not belong where it stands in the journal."),
        (swapped(7, 9), "Entry 7 (lot status changed: Crème & Søn: MCC-118) is not what was written"),
        (each(swapped(7, 9), hash_again), "One of the entries 1 to 13 is not what it was when a checkpoint was signed"),
        (each(swapped(15, 16), hash_again), "One of the entries 14 to 22 is not what it was when a checkpoint was"),
        (
            each(swapped(15, 16), hash_again, NO_CHECKPOINTS),
            "One of the entries 1 to 16 is not what the journal's tree was made with.",
        ),
        (
            each(statement("UPDATE journal SET actor = 'X' WHERE number = 21"), hash_again, NO_CHECKPOINTS),
            "One of the entries 21 to 22 is not what the journal's tree was made with.",
        ),
        (statement("DELETE FROM journal WHERE number = 22"), "Entry 22 is cut off: the journal's tree still has them."),
        (
            each(statement("DELETE FROM journal WHERE number > 20"), plant_again),
            "The journal ends at entry 20, and had 22 when a checkpoint was signed, 2026-11-21 09:30 UTC: "
            "Entries 21 to 22 are cut off.",
        ),
        (statement("DELETE FROM journal_tree"), "The journal's tree is missing or cannot be read."),
        (statement("UPDATE journal_tree SET peaks = 'ab'"), "The journal's tree has another number of subtrees"),
        (statement("UPDATE checkpoints SET text = text || 'A'"), "The checkpoint kept of 13 entries is not what was"),
        (
            statement("UPDATE checkpoints SET site = 'B' WHERE size = 13"),
            "The checkpoint kept of 13 entries is not what was written.",
        ),
        (
            statement("UPDATE checkpoints SET text = substr(text, 1, length(text) - 5) || 'AAAAA' WHERE size = 22"),
            "The checkpoint kept of 22 entries is not what was signed: its signature does not fit.",
        ),
        (
            statement("UPDATE checkpoints SET public_key = 'ab' WHERE size = 22"),
            "The checkpoint kept of 22 entries is signed with a key that is neither in COMPOUNDER_KEYS nor given.",
        ),
    ],
)
def test_an_attack_on_the_journal_is_found_and_named(pharmacy: Settings, attack: Attack, said: str) -> None:
    assert said in attacked(pharmacy, attack)


def test_a_wholesale_rewrite_shows_against_paper_and_only_there(pharmacy: Settings) -> None:
    paper = on_paper(pharmacy)
    assert attacked(pharmacy, REWRITTEN) == ""
    assert "One of the entries 1 to 22 is not what it was when a checkpoint was signed" in sentences(pharmacy, paper)


def test_a_tail_cut_off_everywhere_shows_against_paper(pharmacy: Settings) -> None:
    """The stock adjustment, the newest entry, is undone in every table."""
    paper = on_paper(pharmacy)
    undone = each(
        statement("DELETE FROM stock_movements WHERE journal_number = 22"),
        statement("UPDATE ingredient_lots SET on_hand_ng = (SELECT sum(on_hand_ng) FROM stock_movements m "
                  "WHERE m.lot_id = ingredient_lots.id)"),
        statement("DELETE FROM journal WHERE number = 22"),
        plant_again,
        NO_CHECKPOINTS,
    )  # fmt: skip
    assert attacked(pharmacy, undone) == ""
    assert "The journal ends at entry 21, and had 22" in sentences(pharmacy, paper)


def test_an_entry_that_says_nonsense_is_named(pharmacy: Settings) -> None:
    nonsense = statement("UPDATE journal SET document = '[7' WHERE number = 13")
    found = attacked(pharmacy, each(nonsense, hash_again))
    assert f"Entry 13 (batch planned: {BATCH}) cannot be read, so batch {BATCH} cannot be held against it." in found
    assert "so its stock movements cannot be held against it." in found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, ENTRIES), st.integers(0, 10**6), st.integers(0, 7))
def test_a_flipped_bit_of_any_document_in_the_file_is_found(
    sqlite_copy: Settings, number: int, place: int, bit: int
) -> None:
    """The bit is flipped in the file itself, where the entry's leaf hash lies, or in the first page of its text."""
    path = Path(sqlite_copy.database_url.removeprefix("sqlite:///"))
    whole = path.read_bytes()
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT document, leaf_hash FROM journal WHERE number = ?"
        texts = [text.encode()[:60] for text in connection.execute(query, (number,)).fetchone()]
    where = [start + (place % len(text)) for text in texts for start in starts(whole, text)]
    changed = bytearray(whole)
    changed[where[place % len(where)]] ^= 1 << bit
    path.write_bytes(changed)
    found = sentences(sqlite_copy)
    path.write_bytes(whole)
    assert found != ""


def starts(whole: bytes, text: bytes) -> list[int]:
    """Every place where the text lies in the file."""
    places, at = [], whole.find(text)
    while at >= 0:
        places.append(at)
        at = whole.find(text, at + 1)
    return places


def test_a_file_that_is_broken_is_a_finding(sqlite_copy: Settings) -> None:
    path = Path(sqlite_copy.database_url.removeprefix("sqlite:///"))
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + bytes(8192) + whole[12288:])
    assert sentences(sqlite_copy).startswith("The database cannot be read through: ")


def test_a_checkpoint_signed_by_somebody_else_is_none_of_ours(pharmacy: Settings, tmp_path: Path) -> None:
    forged = on_paper(replace(pharmacy, keys=tmp_path / "another"))
    found = sentences(pharmacy, forged)
    assert "The checkpoint given is not signed with this pharmacy's key, or a letter of it is wrong." in found
    assert "The checkpoint kept of 22 entries is signed with a key that is neither" in found


def test_an_earlier_key_is_trusted_while_its_public_half_is_kept(sqlite_copy: Settings) -> None:
    (sqlite_copy.keys / "earlier.pub").write_text(public_key_text(sqlite_copy.keys), encoding="ascii")
    for name in ("journal.key", "journal.pub"):
        (sqlite_copy.keys / name).unlink()
    assert not (sqlite_copy.keys / "journal.pub").exists()
    assert verified(sqlite_copy, on_paper(sqlite_copy)).findings == ()


def test_what_was_signed_before_another_key_was_begun_holds_and_the_old_key_is_gone(sqlite_copy: Settings) -> None:
    before, paper = signing_key(sqlite_copy.keys), on_paper(sqlite_copy)
    private = (sqlite_copy.keys / "journal.key").read_bytes()
    kept = begin_key(sqlite_copy.keys)
    after = signing_key(sqlite_copy.keys)
    assert after.public != before.public
    assert (sqlite_copy.keys / "journal.key").stat().st_mode & 0o777 == 0o600
    assert read_public_key(kept) == before.public
    assert public_keys(sqlite_copy.keys) == {before.public, after.public}
    assert verified(sqlite_copy, paper).findings == ()
    with closing(open_database(sqlite_copy.database_url)) as database, database.writing() as writing:
        sign(writing, sqlite_copy)
    assert verified(sqlite_copy).findings == ()
    assert not any(private in path.read_bytes() for path in sqlite_copy.keys.iterdir())
    assert sorted(path.suffix for path in sqlite_copy.keys.iterdir()) == [".key", ".pub", ".pub"]


def test_without_a_key_the_answer_says_who_vouches_for_the_signatures(sqlite_copy: Settings) -> None:
    found = verify(sqlite_copy.database_url, frozenset())
    assert (found.findings, found.is_key_known) == ((), False)
    assert "2 checkpoints (signed with a key that only the database vouches for)" in found.sentence


@pytest.mark.parametrize("text", ["", "COMPOUNDER 1 A 22"])
def test_what_is_no_checkpoint_is_refused(sqlite_copy: Settings, text: str) -> None:
    with pytest.raises(NotACheckpoint):
        verified(sqlite_copy, text)


def test_somebody_who_writes_meanwhile_disturbs_nobody(pharmacy: Settings) -> None:
    database = open_database(pharmacy.database_url)
    with database.writing() as writing:
        an_entry(writing)
        assert verified(pharmacy).entries == ENTRIES
    assert verified(pharmacy).entries == ENTRIES + 1
    database.close()


def test_nothing_is_made_where_there_is_no_workspace(tmp_path: Path, empty_database_url: str) -> None:
    with pytest.raises(DatabaseUnusable, match="there is no such file"):
        verify(f"sqlite:///{tmp_path / 'nowhere.db'}", frozenset())
    assert not (tmp_path / "nowhere.db").exists()
    if empty_database_url.startswith("postgresql"):
        with pytest.raises(NotThisVersion, match="other tables"):
            verify(empty_database_url, frozenset())
