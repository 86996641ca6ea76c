"""The history: everything asked is found, every batch stands on one page, and an index answers each question."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from compounder.database import batches, lots
from compounder.database.engine import Connection
from compounder.database.errors import NotFound
from compounder.database.search import (
    BatchFilter,
    BatchRow,
    LotFilter,
    Page,
    batches_beginning,
    batches_of_order,
    batches_using,
    by_month,
    by_status,
    by_strength,
    count_text,
    expiring_batches,
    search_batches,
    search_lots,
)
from compounder.database.words import normalised, words_of
from compounder.domain.record.record import BatchStatus
from compounder.domain.stock.lots import LotStatus
from compounder.domain.units import MASS_PER_CAPSULE, parse_quantity
from tests.database.stored import DAY, SITE, Site, a_filler_lot, add_lot, an_active_lot, store_order

WEEK = timedelta(days=7)
QUESTIONS: dict[str, tuple[BatchFilter, Callable[[BatchRow], bool]]] = {
    "nothing": (BatchFilter(), lambda row: True),
    "our lot number": (BatchFilter(lot_number="261120a002x"), lambda row: row.lot_number == "261120A002X"),
    "its beginning": (BatchFilter(lot_number="2610"), lambda row: row.lot_number.startswith("2610")),
    "strength": (
        BatchFilter(strength=parse_quantity("1.5 mg", MASS_PER_CAPSULE)),
        lambda row: row.strength == "1.5 mg",
    ),
    "days made": (
        BatchFilter(made_from=DAY - 2 * WEEK, made_to=DAY - WEEK),
        lambda row: DAY - 2 * WEEK <= row.compounded_on <= DAY - WEEK,
    ),
    "beyond-use dates": (
        BatchFilter(beyond_use_from=DAY, beyond_use_to=DAY + 5 * WEEK),
        lambda row: DAY <= row.beyond_use_date <= DAY + 5 * WEEK,
    ),
    "status": (BatchFilter(status=BatchStatus.VOIDED), lambda row: row.status == "voided"),
    "strength, status and days": (
        BatchFilter(strength=parse_quantity("3 mg", MASS_PER_CAPSULE), status=BatchStatus.PLANNED, made_to=DAY - WEEK),
        lambda row: row.strength == "3 mg" and row.status == "planned" and row.compounded_on <= DAY - WEEK,
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_asked_is_found_and_nothing_else(history: Site, question: str) -> None:
    asked, is_meant = QUESTIONS[question]
    with history.database.reading() as connection:
        everything = search_batches(connection, SITE, BatchFilter(), limit=1_000).rows
        found = search_batches(connection, SITE, asked, limit=1_000).rows
        count = count_text(connection, SITE, asked)
    assert found == tuple(row for row in everything if is_meant(row))
    assert len(found) in range(1, 231)
    assert count == ("1 batch" if len(found) == 1 else f"{len(found)} batches")


def walk(connection: Connection, asked: BatchFilter, limit: int) -> Iterator[Page]:
    """Every page, from the first to the last."""
    page = search_batches(connection, SITE, asked, limit=limit)
    yield page
    while page.older_cursor:
        page = search_batches(connection, SITE, asked, after=page.older_cursor, limit=limit)
        yield page


@pytest.mark.parametrize("limit", [1, 7, 50, 229, 230])
@pytest.mark.parametrize(
    "asked",
    [BatchFilter(), BatchFilter(status=BatchStatus.VOIDED), BatchFilter(words="mull")],
    ids=["all", "voided", "words"],
)
def test_the_pages_hold_every_batch_once_forwards_and_back(history: Site, limit: int, asked: BatchFilter) -> None:
    with history.database.reading() as connection:
        everything = search_batches(connection, SITE, asked, limit=1_000).rows
        assert forwards_and_back(connection, asked, limit) == everything
    assert [row.batch_id for row in everything] == sorted((row.batch_id for row in everything), reverse=True)


def forwards_and_back(connection: Connection, asked: BatchFilter, limit: int) -> tuple[BatchRow, ...]:
    """The rows of every page, which are the same from the last to the first."""
    pages = list(walk(connection, asked, limit))
    page, back = pages[-1], [pages[-1].rows]
    while page.newer_cursor:
        page = search_batches(connection, SITE, asked, before=page.newer_cursor, limit=limit)
        back.insert(0, page.rows)
    forwards = tuple(row for page in pages for row in page.rows)
    assert tuple(row for rows in back for row in rows) == forwards
    return forwards


def test_newest_stands_first_by_day_then_number(history: Site) -> None:
    with history.database.reading() as connection:
        rows = search_batches(connection, SITE, BatchFilter(), limit=4).rows
    assert [row.lot_number for row in rows] == ["261121A003X", "261121A002X", "261121A001X", "261120A003X"]


@pytest.mark.parametrize("cursor", ["", "nonsense", "0", "9" * 30, "-5"])
def test_a_cursor_that_nobody_gave_out_harms_nothing(history: Site, cursor: str) -> None:
    with history.database.reading() as connection:
        assert len(search_batches(connection, SITE, BatchFilter(), after=cursor).rows) in (0, 50)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("MULLER", 77),
        ("müller", 77),
        ("mull", 153),
        ("weiss", 77),
        ("weiß naltrex", 77),
        ("muller weiss", 0),
        ("trial bea", 76),
        ("nobody", 0),
        ("?!", 0),
    ],
)
def test_words_are_found_by_their_beginning_whatever_their_case_and_accents(
    history: Site, words: str, found: int
) -> None:
    with history.database.reading() as connection:
        assert len(search_batches(connection, SITE, BatchFilter(words=words), limit=1_000).rows) == found


def test_common_words_are_walked_as_rare_ones_are(history: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    questions = [BatchFilter(words=words) for words in ("mull", "naltrexone weiss", "n", "trial bea")]
    with history.database.reading() as connection:
        rare = [search_batches(connection, SITE, asked, limit=30) for asked in questions]
        counts = [count_text(connection, SITE, asked) for asked in questions]
        monkeypatch.setattr("compounder.database.search.streams.RARE", 0)
        assert [search_batches(connection, SITE, asked, limit=30) for asked in questions] == rare
        assert [count_text(connection, SITE, asked) for asked in questions] == counts


@pytest.mark.parametrize("most", [0, 3_000])
@pytest.mark.parametrize("asked", ["b", "n", "w mull", "trial bea"])
def test_a_beginning_of_many_words_is_walked_by_those_that_reach_the_page(
    history: Site, monkeypatch: pytest.MonkeyPatch, asked: str, most: int
) -> None:
    with history.database.reading() as connection:
        whole = search_batches(connection, SITE, BatchFilter(words=asked), limit=1_000).rows
        monkeypatch.setattr("compounder.database.search.streams.RARE", 0)
        monkeypatch.setattr("compounder.database.search.spellings.DENSE", 5)
        monkeypatch.setattr("compounder.database.search.spellings.MOST", most)
        assert forwards_and_back(connection, BatchFilter(words=asked), 7) == whole


def test_a_suppliers_lot_number_finds_its_batches(history: Site) -> None:
    with history.database.reading() as connection:
        found = search_batches(connection, SITE, BatchFilter(ingredient_lot="NTX-2411"), limit=1_000).rows
        assert found == batches_using(connection, SITE, history.active)
        assert len(found) == 207
        assert search_batches(connection, SITE, BatchFilter(ingredient_lot="NTX-9"), limit=5).rows == ()
        both = BatchFilter(ingredient_lot="NTX-2411", words="trial", status=BatchStatus.VOIDED)
        assert 0 < len(search_batches(connection, SITE, both).rows) < 40


def test_one_lot_number_of_two_makers_finds_the_batches_of_both(history: Site) -> None:
    with history.database.writing() as connection:
        add_lot(connection, an_active_lot("NTX-2411", maker="Meyer"))
        assert count_text(connection, SITE, BatchFilter(ingredient_lot="NTX-2411")) == "207 batches"


def test_another_site_finds_nothing(history: Site) -> None:
    with history.database.reading() as connection:
        assert search_batches(connection, "B", BatchFilter(words="mull")).rows == ()
        assert search_batches(connection, "B", BatchFilter(lot_number="261121")).rows == ()
        assert batches_using(connection, "B", history.active) == ()
        assert batches_beginning(connection, "B", "26") == ()


def test_a_count_ends_where_nobody_reads_on(history: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compounder.database.search.counts.MOST_COUNTED", 100)
    with history.database.reading() as connection:
        assert count_text(connection, SITE, BatchFilter()) == "more than 100 batches"
        assert count_text(connection, SITE, BatchFilter(words="mull")) == "more than 100 batches"
        assert count_text(connection, SITE, BatchFilter(status=BatchStatus.VOIDED)) == "33 batches"
        monkeypatch.setattr("compounder.database.search.counts.MOST_CHECKED", 50)
        both = BatchFilter(ingredient_lot="NTX-2411", status=BatchStatus.VOIDED)
        assert count_text(connection, SITE, both) == "7 batches or more"
        monkeypatch.setattr("compounder.database.search.streams.RARE", 0)
        monkeypatch.setattr("compounder.database.search.counts.MOST_WORDS", 60)
        assert count_text(connection, SITE, BatchFilter(words="mull")) == "60 batches or more"


def test_what_expires_soon_stands_in_the_order_it_expires(history: Site) -> None:
    with history.database.reading() as connection:
        rows = expiring_batches(connection, SITE, DAY, days=30, limit=100)
    days = [row.beyond_use_date for row in rows]
    assert days == sorted(days)
    assert DAY <= min(days) <= max(days) <= DAY + timedelta(days=30)
    assert {row.status for row in rows} == {"planned"}


def test_counts_of_a_span_of_days_add_up(history: Site) -> None:
    with history.database.reading() as connection:
        statuses = by_status(connection, SITE, date(2026, 11, 1), DAY)
        strengths = by_strength(connection, SITE, date(2026, 11, 1), DAY)
        months = by_month(connection, SITE, date(2026, 10, 1), DAY)
    assert statuses == {BatchStatus.PLANNED: 54, BatchStatus.VOIDED: 9}
    assert list(strengths) == ["0.5 mg", "1.5 mg", "3 mg", "4.5 mg"]
    assert sum(strengths.values()) == 63
    assert list(months.items()) == [("2026-11", 63), ("2026-10", 93)]


def test_a_beginning_of_a_lot_number_finds_the_newest(history: Site) -> None:
    with history.database.reading() as connection:
        assert [row.lot_number for row in batches_beginning(connection, SITE, " 261120a ", limit=2)] == [
            "261120A003X",
            "261120A002X",
        ]
        assert len(batches_of_order(connection, SITE, "2611-001")) == 230


def test_lots_are_listed_by_expiry_and_found_by_words(site: Site) -> None:
    with site.database.writing() as connection:
        for number in range(5):
            add_lot(connection, replace(an_active_lot(f"NTX-{number}"), expires_on=date(2027, 1, 5 - number)))
        lots.set_status(connection, SITE, add_lot(connection, a_filler_lot("MCC-119")), LotStatus.QUARANTINED)
        first = search_lots(connection, SITE, LotFilter(), limit=4)
        second = search_lots(connection, SITE, LotFilter(), after=first.next_cursor, limit=4)
        assert [row.lot_number for row in first.rows + second.rows] == [
            *("NTX-4", "NTX-3", "NTX-2", "NTX-1", "NTX-0", "NTX-2411", "MCC-118", "MCC-119")
        ]
        assert second.next_cursor is None
        found = search_lots(connection, SITE, LotFilter(words="creme ph-102", status=LotStatus.QUARANTINED)).rows
        assert [(row.lot_number, row.maker) for row in found] == [("MCC-119", "Crème & Søn")]
        usable = search_lots(connection, SITE, LotFilter(lot_number="NTX", usable_on=date(2027, 1, 4))).rows
        assert [row.lot_number for row in usable] == ["NTX-1", "NTX-0", "NTX-2411"]
        expired = search_lots(connection, SITE, LotFilter(expired_on=date(2027, 1, 4))).rows
        assert [row.lot_number for row in expired] == ["NTX-4", "NTX-3", "NTX-2"]


def test_a_stored_batch_is_found_by_the_words_of_its_powders(site: Site) -> None:
    with site.database.writing() as connection:
        (number,) = store_order(site, connection)
        for words in ("hydrochl micro", "mcc-118 ntx-2411", "creme hillcrest", "ntx-caps muller"):
            found = search_batches(connection, SITE, BatchFilter(words=words)).rows
            assert [row.lot_number for row in found] == [number]
        with pytest.raises(NotFound, match="There is no batch 261121A999"):
            batches.load(connection, SITE, "261121A999")


@pytest.mark.parametrize(
    ("text", "words"),
    [("Ångström-Ærø  №7", {"angstrom-ærø", "no7"}), ("1.5 mg, b.i.d.", {"1.5", "mg", "b.i.d"}), ("", set())],
)
def test_words_are_normalised(text: str, words: set[str]) -> None:
    assert words_of([text]) == words
    assert normalised(normalised(text)) == normalised(text)


def plans_of(connection: Connection, ask: Callable[[], object]) -> list[str]:
    """How SQLite would answer each statement that is sent while asking."""
    sent: list[str] = []
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.set_trace_callback(sent.append)
    ask()
    driver.set_trace_callback(None)
    assert sent != []
    return [str(step[3]) for sql in sent for step in driver.execute(f"EXPLAIN QUERY PLAN {sql}")]


@pytest.mark.parametrize(
    "asked",
    [
        *(pytest.param(asked, id=question) for question, (asked, _) in QUESTIONS.items()),
        pytest.param(BatchFilter(formulation="NTX-TRIAL"), id="formulation"),
        pytest.param(BatchFilter(ingredient_lot="NTX-2411"), id="ingredient lot"),
        pytest.param(BatchFilter(words="mull"), id="words"),
    ],
)
def test_an_index_answers_each_question(sqlite_history: Site, asked: BatchFilter) -> None:
    with sqlite_history.database.reading() as connection:
        first = plans_of(connection, lambda: search_batches(connection, SITE, asked))
        older = plans_of(connection, lambda: search_batches(connection, SITE, asked, after="2026112000002"))
    scans = [step for step in first + older if step.startswith("SCAN") and not step.startswith("SCAN anon")]
    assert scans == []
    sorts = [step for step in first + older if "TEMP B-TREE" in step]
    assert sorts == [] or asked.asks & {"beyond_use_from", "lot_number", "words"}
