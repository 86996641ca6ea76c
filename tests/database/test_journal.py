"""The journal: appended, numbered without a gap, hashed, read back."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from compounder.codec.documents import entry_hash
from compounder.database import journal
from compounder.database.engine import open_database
from compounder.domain.record.journal import EntryKind
from tests.database.stored import ANNA, MORNING, PROCESSES, SITE, Site, an_entry

WRITERS, ENTRIES = 8, 12


def write_entries(url: str, name: str) -> None:
    """One person's entries, each in a transaction of its own; every third is given up."""
    database = open_database(url)
    for index in range(ENTRIES):
        try:
            with database.writing() as connection:
                an_entry(connection, f"{name} {index}")
                if index % 3 == 2:
                    raise InterruptedError
        except InterruptedError:
            continue
    database.close()


def test_numbers_have_no_gap_whoever_writes_together(site: Site, database_url: str) -> None:
    with site.database.reading() as connection:
        before = journal.newest(connection, SITE, limit=1)[0].number
    writers = [PROCESSES.Process(target=write_entries, args=(database_url, f"writer {n}")) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    with site.database.reading() as connection:
        numbers = [entry.number for entry in journal.newest(connection, SITE, limit=1_000)]
    assert numbers == list(range(before + WRITERS * ENTRIES * 2 // 3, 0, -1))


def test_an_entry_is_read_back_as_it_was_appended(site: Site) -> None:
    with site.database.writing() as connection:
        entry = journal.append(
            connection,
            at=MORNING.astimezone(timezone(timedelta(hours=2))),
            actor=ANNA,
            site=SITE,
            subject="261121A0078",
            kind=EntryKind.BATCH_VOIDED,
            document={"reason": "Wrong strength", "état": "cassé"},
        )
        assert entry.document == '{"reason":"Wrong strength","état":"cassé"}'
        assert journal.entries_of(connection, SITE, "261121A0078") == (entry,)
        assert journal.entries_of(connection, "B", "261121A0078") == ()


def test_the_leaf_hash_covers_all_that_an_entry_says(site: Site) -> None:
    with site.database.writing() as connection:
        entry = an_entry(connection, "a batch")
    changes = ({"number": 99}, {"subject": "another"}, {"document": "{}"}, {"at": MORNING + timedelta(seconds=1)})
    assert len({entry_hash(replace(entry, **change)) for change in ({}, *changes)}) == 5


@pytest.mark.parametrize("limit", [1, 4])
def test_pages_of_the_journal_hold_every_entry_once(site: Site, limit: int) -> None:
    with site.database.writing() as connection:
        newest = an_entry(connection).number
        seen: list[int] = []
        while page := journal.newest(connection, SITE, before=seen[-1] if seen else None, limit=limit):
            seen += [entry.number for entry in page]
    assert seen == list(range(newest, 0, -1))
