"""Weighing at the bench: one entry and one movement of stock for each line, and nothing that must not go on."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from compounder.database import stock, triturations
from compounder.database.errors import LotInsufficient
from compounder.domain.batch.source import Triturating
from compounder.domain.batch.weighing import Role
from compounder.domain.errors import CompoundingError
from compounder.domain.record.amendments import Amended
from compounder.domain.record.decisions import SamePerson, SecondPersonNeeded
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.readings import BalanceTooCoarse, OtherUnit, ReadingOutsideWindow, ReadTwiceDifferently
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.signatures import NotForThisRole
from compounder.domain.record.standing import StatusForbids
from compounder.domain.stock.lots import LotStatus
from compounder.domain.stock.movements import MovementKind
from compounder.domain.units import parse_mass
from compounder.services.errors import CannotBeMade, LotHeldBack, NoSuchBalance, StillToBeMade
from compounder.services.lots import adjust_stock
from compounder.services.weighing_errors import (
    EverythingWeighed,
    ExpiresBefore,
    LotExpired,
    NotTheNext,
    PastBeyondUse,
    StillToBeWeighed,
    WrongLot,
)
from tests.services import corrections
from tests.services.batches import lot_numbers
from tests.services.benches import a_batch, a_weighing, at_bench, keep, on_hand, refused, set_status, weigh_next
from tests.services.orders import (
    ANNA,
    HYDROCHLORIDE,
    MORNING,
    SITE,
    Bench,
    a_balance,
    a_decision,
    add_lot,
    entries,
    reserved,
    revise_settings,
)
from tests.services.signing import (
    AUGUST,
    CLARA,
    NOON,
    TOM,
    amend,
    cannot_be_made,
    file_of,
    release,
    share,
    verified,
)
from tests.services.triturations import LEAVES_SOME, as_planned, make, numbers_of

DRUG_MG, FILLER_MG = Decimal("158.3"), Decimal("12254.5")


def test_a_weighing_is_one_entry_and_takes_what_was_read_from_its_jar(bench: Bench, tmp_path: Path) -> None:
    number = a_batch(bench)
    weigh_next(bench, number, reading="159.8 mg", lot="]d201095060001343521728063010NTX-2411")
    file = file_of(bench.database, number, tmp_path)
    entry = file.entries[-1]
    assert (entry.kind, entry.actor, entry.at) == (EntryKind.BATCH_WEIGHED, CLARA.actor, NOON)
    assert json.loads(entry.document) == {
        "plan_number": 1,
        "line": 0,
        "lot_id": bench.active,
        "lot_number": "NTX-2411",
        "lot_read": "]d201095060001343521728063010NTX-2411",
        "balance": "B1",
        "tared": "0.0 mg",
        "typed": ["159.8 mg", "159.8 mg"],
        "reading": "159.8 mg",
    }
    assert file.status is BatchStatus.IN_MAKING
    assert on_hand(bench, bench.active) == Decimal(25_000) - Decimal("159.8")
    assert (reserved(bench, bench.active), reserved(bench, bench.filler)) == (Decimal(0), FILLER_MG)
    with bench.database.reading() as reading:
        last = stock.movements(reading, SITE, bench.active)[-1]
    assert (last.kind, last.lot_number, last.journal_number) == (MovementKind.USED, number, entry.number)


def test_a_batch_weighed_at_the_bench_is_verified_and_released(bench: Bench, tmp_path: Path) -> None:
    number = a_batch(bench)
    weigh_next(bench, number)
    weigh_next(bench, number)
    assert at_bench(bench, number).making.is_whole
    assert verified(bench.database, number, tmp_path) == ()
    release(bench.database, number, tmp_path)
    assert file_of(bench.database, number, tmp_path).status is BatchStatus.RELEASED
    assert [reserved(bench, lot) for lot in (bench.active, bench.filler)] == [Decimal(0), Decimal(0)]


def test_what_was_begun_at_the_bench_is_finished_there(sqlite_bench: Bench, tmp_path: Path) -> None:
    number = a_batch(sqlite_bench)
    weigh_next(sqlite_bench, number)
    with pytest.raises(StillToBeWeighed, match="microcrystalline cellulose is still to be weighed there"):
        verified(sqlite_bench.database, number, tmp_path)


def test_whoever_weighed_has_made_it_and_does_not_verify_it(sqlite_bench: Bench, tmp_path: Path) -> None:
    number = a_batch(sqlite_bench)
    weigh_next(sqlite_bench, number, person=TOM)
    weigh_next(sqlite_bench, number)
    assert at_bench(sqlite_bench, number).standing.makers == (ANNA.name, TOM.name, CLARA.name)
    with pytest.raises(SamePerson):
        verified(sqlite_bench.database, number, tmp_path, person=TOM)


def test_two_clicks_weigh_once(bench: Bench) -> None:
    number = a_batch(bench)
    weighing = a_weighing(bench, number)
    keep(bench, weighing)
    before = entries(bench)
    keep(bench, weighing)
    assert entries(bench) == before
    assert on_hand(bench, bench.active) == Decimal(25_000) - DRUG_MG
    assert at_bench(bench, number).making.next_line == 1


def test_a_line_that_somebody_else_weighed_meanwhile_is_not_weighed_again(bench: Bench) -> None:
    number = a_batch(bench)
    theirs = a_weighing(bench, number, person=TOM)
    weigh_next(bench, number)
    refused(bench, NotTheNext, "no longer the next weighing", theirs)
    weigh_next(bench, number)
    refused(bench, EverythingWeighed, "is weighed already", theirs)


@pytest.mark.parametrize(
    ("kind", "said", "changes"),
    [
        (WrongLot, '"MCC-118" is microcrystalline cellulose of Crème & Søn. Put it back', {"lot": "MCC-118"}),
        (WrongLot, "weigh from lot NTX-2411, naltrexone hydrochloride of Hillcrest.", {"lot": "NTX-2412"}),
        (WrongLot, '"NTX-2412" is no lot known here', {"lot": "NTX-2412"}),
        (CompoundingError, "names no lot", {"lot": "010950600013435217280630"}),
        (CompoundingError, "check character", {"lot": "261121A001X"}),
        (NoSuchBalance, '"B9" is not a balance of this pharmacy; choose B1 or B2.', {"balance": "B9"}),
        (BalanceTooCoarse, "B2 is coarser than B1", {"balance": "B2"}),
        (ReadTwiceDifferently, "read the balance again", {"again": "158.4 mg"}),
        (CompoundingError, "comma", {"reading": "158,3 mg"}),
        (CompoundingError, "in steps of 0.1 mg", {"reading": "158.35 mg"}),
        (ReadingOutsideWindow, "156.7 mg to 159.8 mg is accepted. Take some away", {"reading": "160.0 mg"}),
        (ReadingOutsideWindow, "156.7 mg to 159.8 mg is accepted. Add some", {"reading": "156.6 mg"}),
        (OtherUnit, "158.3 g was read, where 158.3 mg would be accepted", {"reading": "158.3 g"}),
        (NotForThisRole, "an auditor cannot do it", {"person": AUGUST}),
        (NotTheNext, "no longer the next", {"line": 1}),
        (NotTheNext, "no longer the next", {"plan_number": 2}),
        (PastBeyondUse, "was 20 Nov 2027", {"at": MORNING + timedelta(days=365)}),
    ],
)
def test_what_must_not_be_weighed_is_refused_by_name(
    sqlite_bench: Bench, kind: type[CompoundingError], said: str, changes: dict[str, object]
) -> None:
    number = a_batch(sqlite_bench)
    refused(sqlite_bench, kind, said, a_weighing(sqlite_bench, number, **changes))
    assert at_bench(sqlite_bench, number).standing.status is BatchStatus.PLANNED


def test_the_unit_is_looked_at_before_what_the_balance_carries(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    small = replace(a_balance("B1", "0.1 mg"), capacity=parse_mass("220 g"))
    revise_settings(sqlite_bench, balances=(small, a_balance("B2", "0.01 g")))
    weigh_next(sqlite_bench, number)
    filler = a_weighing(sqlite_bench, number, line=1, lot="MCC-118", reading="12.2538 kg", again="12.2538 kg")
    refused(sqlite_bench, OtherUnit, "12.2538 kg was read, where 12.2538 g would be accepted", filler)


def test_a_lot_number_is_read_however_its_letters_are_typed(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    weigh_next(sqlite_bench, number, lot=" ntx-2411")
    assert at_bench(sqlite_bench, number).making.next_line == 1


def test_a_finer_balance_than_the_planned_one_may_be_used(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    revise_settings(sqlite_bench, balances=(a_balance("B1", "0.1 mg"), a_balance("B0", "0.01 mg")))
    weigh_next(sqlite_bench, number, balance="B0", reading="158.28 mg")
    taken = at_bench(sqlite_bench, number).making.taken[0]
    assert taken is not None
    assert taken.balance == "B0"


def test_a_lot_held_back_meanwhile_stops_the_weighing_of_every_powder(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    set_status(sqlite_bench, sqlite_bench.filler, LotStatus.QUARANTINED)
    refused(sqlite_bench, LotHeldBack, "Lot MCC-118 is quarantined", a_weighing(sqlite_bench, number))


def test_a_lot_whose_expiry_was_corrected_is_looked_at_again(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    corrections.amend(sqlite_bench, sqlite_bench.active, expires_on=date(2027, 3, 31))
    said = "expires on 31 Mar 2027, before the beyond-use date, 20 Nov 2027; amend that date first."
    refused(sqlite_bench, ExpiresBefore, said, a_weighing(sqlite_bench, number))
    amend(sqlite_bench.database, number, Amended.BEYOND_USE_DATE, "2027-03-31")
    weigh_next(sqlite_bench, number)
    assert at_bench(sqlite_bench, number).making.next_line == 1


def test_nothing_is_weighed_from_a_lot_that_has_expired(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    corrections.amend(sqlite_bench, sqlite_bench.active, expires_on=date(2026, 11, 30))
    late = a_weighing(sqlite_bench, number, at=MORNING + timedelta(days=10))
    refused(sqlite_bench, LotExpired, "Lot NTX-2411 expired on 30 Nov 2026", late)


def test_what_waits_for_a_second_decision_is_not_weighed(sqlite_bench: Bench) -> None:
    request = sqlite_bench.request("1.25 mg")
    storing = sqlite_bench.storing(request, decisions={"1.25 mg": (a_decision(),)})
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.store(storing))
    weighing = a_weighing(sqlite_bench, number)
    refused(sqlite_bench, SecondPersonNeeded, "", weighing)
    share(sqlite_bench, number)
    keep(sqlite_bench, weighing)


def test_what_cannot_be_made_is_not_weighed(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    weighing = a_weighing(sqlite_bench, number)
    with sqlite_bench.database.writing() as writing:
        cannot_be_made(writing, number, "Its trituration is too weak.")
    refused(sqlite_bench, CannotBeMade, "too weak", weighing)


def test_what_was_verified_on_paper_is_not_weighed_at_the_bench(sqlite_bench: Bench, tmp_path: Path) -> None:
    number = a_batch(sqlite_bench)
    weighing = a_weighing(sqlite_bench, number)
    verified(sqlite_bench.database, number, tmp_path)
    refused(sqlite_bench, StatusForbids, "only a planned or in-making one is weighed", weighing)


def test_an_aliquot_is_weighed_from_the_trituration_once_it_is_made(bench: Bench) -> None:
    order = bench.order("0.5 mg", trituration=Triturating.SHARED, capsules=20)
    (mixed,), (number,) = numbers_of(bench, order)
    refused(bench, StillToBeMade, f"trituration {mixed}, which is not made", a_weighing(bench, number, lot=mixed))
    make(bench, mixed, as_planned(bench, mixed))
    weigh_next(bench, number)
    now = at_bench(bench, number)
    taken = now.making.taken[0]
    assert taken is not None
    assert (now.making.weighings[0].role, taken.lot_number) == (Role.ALIQUOT, mixed)
    assert now.making.content is not None
    assert abs(now.making.content.difference) < Decimal("0.01")
    with bench.database.reading() as reading:
        lot_id = triturations.load(reading, SITE, mixed).lot_id or ""
    assert reserved(bench, lot_id) == 0


def test_an_aliquot_of_a_trituration_in_stock_is_weighed_from_it(sqlite_bench: Bench) -> None:
    (mixed,), _ = numbers_of(sqlite_bench, sqlite_bench.order("0.5 mg", capsules=30, **LEAVES_SOME))
    lot_id = make(sqlite_bench, mixed, as_planned(sqlite_bench, mixed))
    number = a_batch(sqlite_bench, "0.5 mg", capsules=5, key="later", active_lot=lot_id)
    weigh_next(sqlite_bench, number)
    taken = at_bench(sqlite_bench, number).making.taken[0]
    assert taken is not None
    assert taken.lot_number == mixed


def test_more_than_the_jar_has_is_refused(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    with sqlite_bench.database.writing() as writing:
        counted = parse_mass("158.3 mg")
        adjust_stock(writing, SITE, sqlite_bench.active, counted, reason="Counted", actor=ANNA, at=MORNING)
    refused(sqlite_bench, LotInsufficient, "NTX-2411", a_weighing(sqlite_bench, number, reading="158.4 mg"))
    weigh_next(sqlite_bench, number, reading="158.2 mg")
    assert on_hand(sqlite_bench, sqlite_bench.active) == Decimal("0.1")


def test_each_of_two_lots_is_weighed_from_its_own_jar(sqlite_bench: Bench) -> None:
    with sqlite_bench.database.writing() as writing:
        other = add_lot(writing, HYDROCHLORIDE, lot_number="NTX-2512", maker="Quarry")
    number = a_batch(sqlite_bench, next_active_lot=other, first_gives=parse_mass("100 mg"))
    weigh_next(sqlite_bench, number)
    refused(sqlite_bench, WrongLot, '"NTX-2411" is naltrexone', a_weighing(sqlite_bench, number, lot="NTX-2411"))
    weigh_next(sqlite_bench, number)
    made = at_bench(sqlite_bench, number).making
    assert [each.lot_number for each in made.taken if each] == ["NTX-2411", "NTX-2512"]
    assert made.content is not None
    assert abs(made.content.difference) < Decimal("0.001")
    assert [reserved(sqlite_bench, lot) for lot in (sqlite_bench.active, other)] == [Decimal(0), Decimal(0)]
