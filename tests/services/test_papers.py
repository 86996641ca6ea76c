"""Papers through the whole service: what is stored is what is printed, and what was issued is issued again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from compounder.database import lots
from compounder.database.errors import NotFound
from compounder.database.schema import PaperTable
from compounder.domain.stock.lots import LotStatus
from compounder.domain.units import format_reading
from compounder.printing.paper import LARGE, SHEET_A4, STOCKS, LabelStock, Paper
from compounder.services.errors import HasNoLabel
from tests.printing import reading
from tests.services.batches import file_of, lot_numbers, void
from tests.services.benches import a_batch, discard_line, weigh_next
from tests.services.orders import HYDROCHLORIDE, MORNING, SITE, Bench, a_balance, a_decision, add_lot, revise_settings
from tests.services.printed import labelled, missing, printed
from tests.services.signing import NOON, TOM, share
from tests.services.stepping import TIMED, a_timed_batch, assess, note, start, tick, tick_before


def test_the_worksheet_says_all_that_the_record_says(sqlite_bench: Bench) -> None:
    storing = sqlite_bench.storing(sqlite_bench.request("2.2 mg"))
    order = sqlite_bench.store(replace(storing, decisions={"2.2 mg": (a_decision(),)}))
    (number,) = lot_numbers(sqlite_bench, order)
    share(sqlite_bench, number)
    record, file = file_of(sqlite_bench, number).record, file_of(sqlite_bench, number)
    pages = reading.pages(printed(sqlite_bench, number))
    masses = [format_reading(weighing.to_weigh) for weighing in record.plan.weighings]
    said = ["2.2 mg", *masses, "20 Nov 2027", "NTX-2411", "MCC-118", "Crème & Søn", "Example Pharmacy", "NTX-CAPS"]
    decided = ["Berta Weiß", "The prescriber was telephoned."]
    derivation = [text for line in record.plan.derivation for text in (line.label, line.numbers, line.result)]
    findings = [finding.message for finding in record.plan.findings]
    hashes = [file.record_sha256, record.plan_sha256]
    assert missing([*said, *decided, *derivation, *findings, *hashes], pages) == []
    assert [page for page in pages if missing([number, file.record_sha256], [page])] == []


def test_the_worksheets_moments_are_the_pharmacys_own(sqlite_bench: Bench) -> None:
    """Half past nine in UTC is half past ten in Berlin."""
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    assert missing(["Planned 21 Nov 2026 10:30 by Anna Müller"], reading.pages(printed(sqlite_bench, number))) == []


@pytest.mark.parametrize("paper", list(Paper))
def test_a_reprint_is_what_was_issued(sqlite_bench: Bench, paper: Paper) -> None:
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    assert printed(sqlite_bench, number, paper=paper) == printed(sqlite_bench, number, paper=paper)


def test_a_reprint_is_read_and_not_drawn_again(bench: Bench) -> None:
    """The paper kept is marked by hand: the mark comes out of the printer."""
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    printed(bench, number), labelled(bench, number)
    with bench.database.writing() as writing:
        assert writing.execute(update(PaperTable).values(pdf=b"as it was issued")).rowcount == 2
    assert printed(bench, number) == labelled(bench, number) == b"as it was issued"


def test_a_worksheet_stays_as_it_was_whatever_changes_afterwards(bench: Bench) -> None:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    before = printed(bench, number), labelled(bench, number, stock=LARGE)
    revise_settings(bench, correct_for_potency=False, time_zone="Asia/Tokyo", letter="Z")
    with bench.database.writing() as writing:
        lots.set_status(writing, SITE, bench.active, LotStatus.USED_UP)
        another = add_lot(writing, HYDROCHLORIDE, lot_number="NTX-2512")
    bench.order("3 mg", key="second", active_lot=another)
    assert (printed(bench, number), labelled(bench, number, stock=LARGE)) == before


def test_an_orders_worksheets_come_in_one_file(sqlite_bench: Bench) -> None:
    numbers = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg", "3 mg", "4.5 mg"))
    pages = reading.pages(printed(sqlite_bench, *numbers))
    found = [next(number for number in numbers if number in page) for page in pages]
    assert found == [number for number in numbers for _ in range(len(pages) // 3)]


def test_a_void_batchs_worksheet_says_so_with_who_when_and_why(sqlite_bench: Bench) -> None:
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    issued = printed(sqlite_bench, number)
    void(sqlite_bench, number, "The mortar broke")
    pages = reading.pages(printed(sqlite_bench, number))
    said = "Void 21 Nov 2026 by Anna Müller: The mortar broke"
    assert [page for page in pages if missing([said], [page])] == []
    assert printed(sqlite_bench, number) != issued


def test_a_batch_voided_after_midnight_is_void_on_the_pharmacys_day(sqlite_bench: Bench) -> None:
    """Half past eleven in the evening in UTC is half past midnight in Berlin."""
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    void(sqlite_bench, number, at=MORNING + timedelta(hours=14))
    assert missing(["Void 22 Nov 2026"], reading.pages(printed(sqlite_bench, number))) == []


def test_a_void_batch_has_no_labels(sqlite_bench: Bench) -> None:
    stays, given_up = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg", "3 mg"))
    labelled(sqlite_bench, given_up)
    void(sqlite_bench, given_up)
    for asked in ([given_up], [stays, given_up]):
        with pytest.raises(HasNoLabel, match=given_up):
            labelled(sqlite_bench, *asked)


@pytest.mark.parametrize("stock", STOCKS, ids=lambda stock: stock.name)
def test_a_scanner_reads_the_lot_number_from_the_label(sqlite_bench: Bench, stock: LabelStock) -> None:
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("0.5 mg"))
    pdf = labelled(sqlite_bench, number, stock=stock)
    assert set(reading.scanned(reading.picture(pdf, 300))) == {number}
    assert missing(["Naltrexone hydrochloride", "0.5 mg", number, "20 Nov 2027"], reading.pages(pdf)) == []


def test_every_copy_is_a_label_of_its_own(sqlite_bench: Bench) -> None:
    numbers = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg", "3 mg"))
    assert len(reading.pages(labelled(sqlite_bench, *numbers, copies=5))) == 10
    sheets = reading.pages(labelled(sqlite_bench, *numbers, stock=SHEET_A4, copies=6, first_place=5))
    assert [sum(page.count(number) for number in numbers) for page in sheets] == [10, 2]


def test_a_lot_number_that_is_not_ours_has_no_papers(sqlite_bench: Bench) -> None:
    with pytest.raises(NotFound):
        printed(sqlite_bench, "261121A0010")
    with pytest.raises(NotFound):
        labelled(sqlite_bench, "261121A0010")


def test_the_worksheet_has_what_was_weighed_at_the_bench_when_and_by_whom(sqlite_bench: Bench) -> None:
    """Half past twelve in UTC is half past one in Berlin."""
    number = a_batch(sqlite_bench)
    before = reading.pages(printed(sqlite_bench, number))
    discard_line(sqlite_bench, number, mass="171.2 mg", reason="Over-weighed")
    revise_settings(sqlite_bench, balances=(a_balance("B1", "0.1 mg"), a_balance("B0", "0.01 mg")))
    weigh_next(sqlite_bench, number, balance="B0", reading="158.86 mg")
    pages = reading.pages(printed(sqlite_bench, number))
    lost = "171.2 mg of naltrexone hydrochloride, 21 Nov 2026 13:30, Clara Kühn: Over-weighed"
    said = ["158.86 mg", "on B0", "13:30", "Clara Kühn", "1.5055 mg per capsule, planned 1.5 mg, +0.37 %", lost]
    assert missing(said, pages) == []
    assert missing(said, before) == said
    assert len(pages) == len(before)


def test_the_worksheet_has_each_step_with_who_and_when_and_what_went_otherwise(sqlite_bench: Bench) -> None:
    """Twelve in UTC is one in Berlin. Before, each step has its box and its line to write on."""
    number = a_timed_batch(sqlite_bench)
    before = reading.pages(printed(sqlite_bench, number))
    assert missing(["Mix to an even look. A marker dye, when used, is at most 0.5 %. (10 min)"], before) == []
    note(sqlite_bench, number, "Spilled a little.", line=1, person=TOM)
    tick_before(sqlite_bench, number, TIMED)
    start(sqlite_bench, number)
    tick(sqlite_bench, number, at=NOON + timedelta(minutes=12))
    note(sqlite_bench, number, "Mixed two minutes longer.", step=TIMED)
    assess(sqlite_bench, number, "Longer is no worse.")
    pages = reading.pages(printed(sqlite_bench, number))
    said = [
        "from 13:30 to 21 Nov 2026 13:42 Clara Kühn",
        "Weighing 2, microcrystalline cellulose Spilled a little. (Tom Weber, 21 Nov 2026 13:30)",
        "Nobody has assessed it yet.",
        "Mixed two minutes longer. (Clara Kühn, 21 Nov 2026 13:30)",
        "Assessed by Olga Petrova, 21 Nov 2026 13:30: Longer is no worse.",
    ]
    assert missing(said, pages) == []
    assert missing(said, before) == said
