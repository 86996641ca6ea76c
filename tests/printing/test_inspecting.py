"""What was entered of finished capsules, on their worksheet: in the boxes, and with its verdict."""

from tests.printing import reading
from tests.services.finishing import FILLED, ONE_HEAVY, count, decide, weigh
from tests.services.orders import Bench
from tests.services.test_batches import lot_numbers
from tests.services.test_papers import missing, printed


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
    said = ["Net weight of each capsule, mg", "Weighed 21 Nov 2026 13:30 by Tom Weber", "Counted 21 Nov 2026 13:30"]
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
