"""What was entered of finished capsules, on their worksheet: in the boxes, and with its verdict."""

from dataclasses import replace

from compounder.domain.formulary.naltrexone import first_formulation
from compounder.domain.quality.results import RuleName
from tests.printing import reading
from tests.services.assaying import SCATTERED, TWENTY, assay
from tests.services.batches import lot_numbers
from tests.services.finishing import FILLED, ONE_HEAVY, by_another_version, count, decide, weigh
from tests.services.orders import Bench, a_balance, revise_settings
from tests.services.printed import missing, printed
from tests.services.stepping import a_weighed_batch, tick_all


def a_batch(bench: Bench) -> str:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    return number


def test_a_worksheet_printed_before_asks_for_them_and_one_printed_after_shows_them(bench: Bench) -> None:
    number = a_batch(bench)
    before = printed(bench, number)
    assert missing(["Mean net, mg"], reading.pages(before)) == []
    assert missing(["passes"], reading.pages(before)) != []
    weigh(bench, number), count(bench, number)
    after = reading.pages(printed(bench, number))
    nets = ["120.2", "119.9", "121.4", "120.8", "122.1", "120.0", "119.1", "121.9", "120.6", "120.4"]
    results = ["48.0 mg", "120.6 mg", "0.8 %", "101.3 %", "passes", "101", "103"]
    said = ["Weighed 21 Nov 2026 13:30 on B1 by Tom Weber", "Counted 21 Nov 2026 13:30"]
    said.append("Net weight of each capsule, mg")
    assert missing([*nets, *results, *said], after) == []
    assert printed(bench, number) == printed(bench, number)


def test_what_was_weighed_before_and_who_decided_stay_readable(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    weigh(sqlite_bench, number, ("190.0", *FILLED[1:]))
    weigh(sqlite_bench, number, ONE_HEAVY, reason="Capsule 1 was read wrongly")
    waits = reading.pages(printed(sqlite_bench, number))
    assert missing(["fails", "Nobody has decided yet.", "net 142.0", "again: Capsule 1 was read wrongly"], waits) == []
    decide(sqlite_bench, number)
    decided = reading.pages(printed(sqlite_bench, number))
    assert missing(["Decided by Clara Kühn: Capsule 1 is taken out."], decided) == []
    assert missing(["Nobody has decided yet."], decided) != []


def test_twenty_capsules_have_twenty_boxes(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    weigh(sqlite_bench, number, (*FILLED, *(f"17{digit}.3" for digit in range(10))))
    assert missing(["122.3", "131.3"], reading.pages(printed(sqlite_bench, number))) == []


def test_an_assay_is_printed_line_by_line_also_of_capsules_weighed_on_paper(bench: Bench) -> None:
    number = a_batch(bench)
    assay(bench, number, *SCATTERED)
    waits = reading.pages(printed(bench, number))
    said = ["Assay 20 more: acceptance value 18.6", "Reference value M, 10 units", "Nobody has decided yet."]
    report = "Example Laboratories, report L-7, 21 Nov 2026; entered 21 Nov 2026 13:30 by Tom Weber"
    assert missing([*said, report, *SCATTERED, "Mean net, mg"], waits) == []
    assay(bench, number, *SCATTERED, *TWENTY)
    both = reading.pages(printed(bench, number))
    thirty = ["Passes: acceptance value 8.9", "Acceptance value, 30 units", "Unit farthest from M", "holds no more"]
    assert missing([*thirty, "92 108 93 107 92 108 93 107 100 110 %"], both) == []


def test_the_worksheet_asks_for_the_rules_that_the_formulation_names(sqlite_bench: Bench) -> None:
    limits = replace(first_formulation(1).quality, rules=(RuleName.PH_EUR,))
    number = by_another_version(sqlite_bench, quality=limits)
    pages = reading.pages(printed(sqlite_bench, number))
    assert missing(["Net weight of 20 capsules, mg.", "Held also to Ph. Eur. 2.9.5."], pages) == []


def test_the_record_says_what_their_balance_is_too_coarse_for_and_what_was_only_ticked(sqlite_bench: Bench) -> None:
    revise_settings(sqlite_bench, balances=(a_balance("B1", "0.1 mg"), a_balance("B2", "1 mg")))
    number = a_weighed_batch(sqlite_bench)
    tick_all(sqlite_bench, number)
    assert missing(["not weighed here"], reading.pages(printed(sqlite_bench, number))) == []
    weigh(sqlite_bench, number, ("168", "170") * 5, balance="B2")
    pages = reading.pages(printed(sqlite_bench, number))
    said = "Caution One capsule, 168 mg, is below B2's minimum, 200 mg; weigh the capsules on a finer balance."
    assert missing([said], pages) == []
    assert len(missing(["Nobody has decided yet.", "not weighed here"], pages)) == 2
