"""Corrections of a lot: one entry with what it was and why; the tables follow, plans made before are named."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from compounder.codec.documents import from_stored
from compounder.database.engine import Connection, open_database
from compounder.database.search import BatchFilter, LotFilter, search_batches, search_lots
from compounder.domain.errors import CompoundingError, MissingKey
from compounder.domain.record.journal import EntryKind
from compounder.domain.stock.amendments import FieldChange, LotAmended, MadeHere
from compounder.domain.stock.errors import DoubleHydrateCorrection, ExpiredAtReceipt
from compounder.domain.stock.lots import AssayBasis, LotStatus
from compounder.domain.stock.substances import SUBSTANCES
from compounder.services.errors import NothingChanged
from compounder.services.lot_corrections import CorrectedMeanwhile, PlannedFrom, amend_lot
from compounder.services.lots import change_status, lot_file
from compounder.settings import Settings
from tests.services.corrections import amend, amending
from tests.services.lots import file_of, receive
from tests.services.orders import MORNING, SITE, Bench, entries
from tests.services.proved import attacked, sentences, statement
from tests.services.signing import CLARA

DIHYDRATE = SUBSTANCES["naltrexone hydrochloride dihydrate"]


@contextmanager
def refused(bench: Bench, kind: type[CompoundingError], said: str) -> Iterator[Connection]:
    """The correction is refused in this way, and leaves no entry."""
    before = entries(bench)
    with pytest.raises(kind, match=said), bench.database.writing() as writing:
        yield writing
    assert entries(bench) == before


def test_a_correction_is_an_entry_that_keeps_what_it_was_and_why(bench: Bench) -> None:
    lot_id, before = receive(bench), entries(bench)
    changes = amend(bench, lot_id, water="0.018", expires_on=date(2028, 3, 31))
    assert changes == (
        FieldChange(field="expires_on", old="2028-06-30", new="2028-03-31"),
        FieldChange(field="water", old="1.6 %", new="1.8 %"),
    )
    file = file_of(bench, lot_id)
    assert (entries(bench), file.entries[-1].kind) == (before + 1, EntryKind.LOT_AMENDED)
    told = from_stored(file.entries[-1].document, LotAmended)
    assert (told.reason, told.changes, told.lot) == ("Read wrongly from the certificate", changes, file.stored.lot)
    assert file.stored.lot.certificate is not None
    assert (file.stored.lot.certificate.water, file.stored.lot.expires_on) == (Decimal("0.018"), date(2028, 3, 31))
    assert file.potency is not None
    assert str(file.potency.value) == "0.974144"


def test_two_clicks_make_one_correction(bench: Bench) -> None:
    lot_id = receive(bench)
    with bench.database.writing() as writing:
        asked = amending(writing, lot_id, maker="Hillcrest Ltd")
        first = amend_lot(writing, asked)
    before = entries(bench)
    with bench.database.writing() as writing:
        assert amend_lot(writing, asked) == first
    assert entries(bench) == before


def test_a_lot_that_somebody_corrected_meanwhile_is_not_corrected_unseen(bench: Bench) -> None:
    with bench.database.reading() as reading:
        seen_earlier = amending(reading, bench.active, grade="Ph. Eur.")
    amend(bench, bench.active, maker="Hillcrest Ltd")
    with refused(bench, CorrectedMeanwhile, "lot NTX-2411 was corrected meanwhile") as writing:
        amend_lot(writing, replace(seen_earlier, one_time_key="second"))
    assert file_of(bench, bench.active).stored.lot.maker == "Hillcrest Ltd"


def test_what_changes_nothing_is_refused(bench: Bench) -> None:
    with refused(bench, NothingChanged, "Lot NTX-2411 says all of this already; nothing was stored") as writing:
        amend_lot(writing, amending(writing, bench.active))


def test_a_correction_has_a_reason(bench: Bench) -> None:
    with refused(bench, MissingKey, "reason") as writing:
        amend_lot(writing, replace(amending(writing, bench.active, grade="X"), reason="  "))


def test_a_correction_is_refused_what_receiving_would_refuse(bench: Bench) -> None:
    with refused(bench, ExpiredAtReceipt, "expired on 30 Sep 2026, before its receipt") as writing:
        amend_lot(writing, amending(writing, bench.active, expires_on=date(2026, 9, 30)))
    with refused(bench, DoubleHydrateCorrection, "dihydrate") as writing:
        certificate = file_of(bench, bench.active).stored.lot.certificate
        assert certificate is not None
        twice = replace(certificate, assay_expressed_as=DIHYDRATE, assay_basis=AssayBasis.ANHYDROUS)
        amend_lot(writing, amending(writing, bench.active, certificate=twice))


def test_a_corrected_lot_keeps_its_journal_and_is_found_by_both_numbers(bench: Bench) -> None:
    lot_id = receive(bench, lot_number="NTX-2S01")
    amend(bench, lot_id, lot_number="NTX-2501")
    amend(bench, lot_id, key="again", maker="Hillcrest Ltd")
    with bench.database.writing() as writing:
        change_status(writing, SITE, lot_id, LotStatus.IN_USE, reason="Checked", person=CLARA, at=MORNING)
    file = file_of(bench, lot_id)
    assert [(entry.kind, entry.subject) for entry in file.entries] == [
        (EntryKind.LOT_RECEIVED, "Hillcrest: NTX-2S01"),
        (EntryKind.LOT_AMENDED, "Hillcrest: NTX-2501"),
        (EntryKind.LOT_AMENDED, "Hillcrest Ltd: NTX-2501"),
        (EntryKind.LOT_STATUS_CHANGED, "Hillcrest Ltd: NTX-2501"),
    ]
    assert [change.old for each in file.corrections for change in each.changes] == ["NTX-2S01", "Hillcrest"]
    with bench.database.reading() as reading:
        for words in ("ntx-2501", "NTX-2S01", "ltd"):
            assert [row.lot_number for row in search_lots(reading, SITE, LotFilter(words=words)).rows] == ["NTX-2501"]


def test_a_lot_renamed_to_another_ones_number_does_not_take_its_journal(bench: Bench) -> None:
    first, second = receive(bench, lot_number="N-1"), receive(bench, lot_number="N-2")
    amend(bench, second, lot_number="N-1")
    assert [entry.kind for entry in file_of(bench, first).entries] == [EntryKind.LOT_RECEIVED]
    assert len(file_of(bench, second).entries) == 2


def test_a_recall_finds_the_batches_by_the_corrected_number(bench: Bench) -> None:
    bench.order("1.5 mg")
    amend(bench, bench.active, lot_number="NTX-2417")
    with bench.database.reading() as reading:
        for asked in (BatchFilter(ingredient_lot="NTX-2417"), BatchFilter(words="ntx-2417"), BatchFilter(words="2411")):
            assert len(search_batches(reading, SITE, asked).rows) == 1, asked


def test_what_was_planned_with_the_old_figures_is_named_and_nothing_else(bench: Bench) -> None:
    bench.order("1.5 mg", "3 mg")
    amend(bench, bench.active, maker="Hillcrest Ltd")
    assert file_of(bench, bench.active).outdated == PlannedFrom()
    amend(bench, bench.active, key="water", water="0.018")
    bench.order("1.5 mg", key="later")
    assert file_of(bench, bench.active).outdated == PlannedFrom(batches=("261121A002I", "261121A001K"))
    assert file_of(bench, bench.filler).outdated == PlannedFrom()


def test_everything_planned_from_a_rejected_lot_is_named(bench: Bench) -> None:
    bench.order("1.5 mg")
    with bench.database.writing() as writing:
        change_status(writing, SITE, bench.filler, LotStatus.REJECTED, reason="Mouldy", person=CLARA, at=MORNING)
    assert file_of(bench, bench.filler).outdated == PlannedFrom(batches=("261121A001K",))


def amend_in(where: Settings, lot_id: str, **changes: str) -> None:
    with closing(open_database(where.database_url)) as database, database.writing() as writing:
        amend_lot(writing, amending(writing, lot_id, **changes))


def outdated_in(where: Settings, lot_id: str) -> PlannedFrom:
    with closing(open_database(where.database_url)) as database, database.reading() as reading:
        return lot_file(reading, SITE, lot_id).outdated


def test_what_a_trituration_of_the_old_figures_went_into_is_named(pharmacy: Settings) -> None:
    amend_in(pharmacy, "1", assay="0.985")
    assert outdated_in(pharmacy, "1") == PlannedFrom(
        batches=("261121A005C", "261121A004E", "261121A002I"), made=("261121A003G",)
    )


def test_a_trituration_is_not_corrected_but_rejected(pharmacy: Settings) -> None:
    with pytest.raises(MadeHere, match="261121A003G is what its weights come to"):
        amend_in(pharmacy, "3", maker="Somebody else")


def test_a_corrected_lot_is_as_the_journal_says(pharmacy: Settings) -> None:
    amend_in(pharmacy, "1", lot_number="NTX-2417", assay="0.985")
    amend_in(pharmacy, "1", key="again", maker="Hillcrest Ltd")
    assert sentences(pharmacy) == ""


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE ingredient_lots SET lot_number = 'NTX-2411' WHERE id = 1",
        "UPDATE ingredient_lots SET document = replace(document, '98.5', '99.2') WHERE id = 1",
        "UPDATE ingredient_lots SET document = (SELECT document FROM journal WHERE number = 6) WHERE id = 1",
    ],
)
def test_a_correction_taken_back_beside_the_journal_is_found(pharmacy: Settings, attack: str) -> None:
    amend_in(pharmacy, "1", lot_number="NTX-2417", assay="0.985")
    assert "is not what entry 23 says" in attacked(pharmacy, statement(attack))
