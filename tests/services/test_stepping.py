"""Steps ticked at the bench: each once, in sequence, in its time, and nothing that must not go on."""

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from compounder.database.engine import open_database
from compounder.domain.errors import CompoundingError
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.readings import CalibrationOverdue, UsedBalanceOverdue
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.signatures import NotForThisRole
from compounder.domain.record.standing import StatusForbids
from compounder.domain.record.step_rules import (
    NotStarted,
    NotTimed,
    PowderFirst,
    StepMovedOn,
    StepNotNext,
    StillMixing,
)
from compounder.domain.stock.equipment import ElectronicBalance
from compounder.domain.stock.lots import LotStatus
from compounder.services.errors import LotHeldBack
from compounder.services.stepping import finish_step, look_at_steps
from compounder.services.weighing_errors import PastBeyondUse, StillToBeDone
from compounder.settings import Settings
from tests.services.benches import LONGEST_SENTENCE, a_batch, at_bench, discard_line, set_status, weigh_next
from tests.services.orders import SITE, Bench, a_balance, entries, revise_settings
from tests.services.proved import attacked, sentences, statement
from tests.services.signing import AUGUST, CLARA, NOON, OLGA, TOM, file_of, release, verified
from tests.services.stepping import (
    TIMED,
    a_step,
    a_timed_batch,
    a_weighed_batch,
    assess,
    note,
    start,
    steps_of,
    tick,
    tick_all,
    tick_before,
)

TEN_MINUTES = timedelta(minutes=10)


def refused(bench: Bench, kind: type[CompoundingError], said: str, act: Callable[[], None]) -> None:
    """The act is refused so, in a short sentence, and leaves nothing behind."""
    before = entries(bench)
    with pytest.raises(kind) as refusal:
        act()
    assert said in str(refusal.value)
    assert len(str(refusal.value).split()) <= LONGEST_SENTENCE
    assert entries(bench) == before


def test_each_step_is_an_entry_with_who_and_when(bench: Bench, tmp_path: Path) -> None:
    number = a_weighed_batch(bench)
    tick_all(bench, number)
    file = file_of(bench.database, number, tmp_path)
    entry = file.entries[-1]
    assert (entry.kind, entry.actor, entry.at) == (EntryKind.STEP_DONE, CLARA.actor, NOON)
    assert json.loads(entry.document) == {"plan_number": 1, "step": 8, "instruction": "Pack and label."}
    assert (len(file.steps.done), file.steps.is_whole, file.status) == (8, True, BatchStatus.IN_MAKING)


def test_only_a_check_comes_before_the_weighings(bench: Bench) -> None:
    number = a_batch(bench)
    tick(bench, number)
    assert file_status(bench, number) is BatchStatus.IN_MAKING
    refused(bench, PowderFirst, "Step 2 comes after the weighings", lambda: tick(bench, number))
    weigh_next(bench, number)
    refused(bench, PowderFirst, "weigh every powder", lambda: tick(bench, number))
    weigh_next(bench, number)
    tick(bench, number)
    assert [step.number for step in steps_of(bench, number).done] == [1, 2]


def file_status(bench: Bench, number: str) -> BatchStatus:
    return at_bench(bench, number).standing.status


def test_a_second_click_changes_nothing_and_a_second_person_is_told(bench: Bench) -> None:
    number = a_weighed_batch(bench)
    clara, tom = a_step(bench, number), a_step(bench, number, person=TOM)
    for _ in range(2):
        with bench.database.writing() as writing:
            finish_step(writing, clara)
    assert len(steps_of(bench, number).done) == 1
    with bench.database.writing() as writing, pytest.raises(StepMovedOn) as told:
        finish_step(writing, tom)
    assert str(told.value) == "Step 1 was ticked by Clara Kühn already; nothing was stored. Look again below."
    assert len(steps_of(bench, number).done) == 1


def test_a_step_is_not_skipped_nor_taken_of_another_plan(bench: Bench) -> None:
    number = a_weighed_batch(bench)
    refused(bench, StepNotNext, "not the next step", lambda: tick(bench, number, step=2))
    refused(bench, StepNotNext, "not the next step", lambda: tick(bench, number, step=99))
    refused(bench, StepNotNext, "not the next step", lambda: tick(bench, number, plan_number=2))


def test_a_timed_step_is_started_and_done_when_its_time_has_passed(bench: Bench) -> None:
    number = a_timed_batch(bench)
    tick_before(bench, number, TIMED)
    refused(bench, NotStarted, "Step 5 takes 10 min; start its time first", lambda: tick(bench, number))
    start(bench, number)
    refused(bench, StepMovedOn, "Step 5 was started by Clara Kühn", lambda: start(bench, number, person=TOM))
    early = NOON + timedelta(minutes=6, seconds=40)
    refused(bench, StillMixing, "3 min 20 s left", lambda: tick(bench, number, at=early))
    tick(bench, number, at=NOON + TEN_MINUTES)
    step = steps_of(bench, number).done[-1]
    assert (step.number, step.started and step.started.at, step.done and step.done.at) == (
        TIMED,
        NOON,
        NOON + TEN_MINUTES,
    )
    refused(bench, NotTimed, "Step 6 has no mixing time", lambda: start(bench, number))


def test_a_timed_step_is_done_earlier_once_a_deviation_of_it_says_why(bench: Bench) -> None:
    number = a_timed_batch(bench)
    tick_before(bench, number, TIMED)
    note(bench, number, "The mixer is slow.", step=TIMED, at=NOON - TEN_MINUTES)
    start(bench, number)
    note(bench, number, "Something else.", step=TIMED + 1)
    refused(bench, StillMixing, "write a deviation down", lambda: tick(bench, number))
    note(bench, number, "The marker was even after 4 min.", step=TIMED, at=NOON + timedelta(minutes=4))
    tick(bench, number, at=NOON + timedelta(minutes=5))
    assert steps_of(bench, number).following == steps_of(bench, number).every[TIMED]


def test_powder_weighed_anew_opens_every_step_after_the_weighings(bench: Bench) -> None:
    number = a_weighed_batch(bench)
    tick_before(bench, number, 5)
    discard_line(bench, number, 1)
    assert [step.number for step in steps_of(bench, number).done] == [1]
    refused(bench, PowderFirst, "Step 2", lambda: tick(bench, number))
    weigh_next(bench, number)
    weigh_next(bench, number)
    assert [step.number for step in steps_of(bench, number).done] == [1]
    tick(bench, number)


def test_lots_dates_and_balances_are_looked_at_again_at_each_step(bench: Bench) -> None:
    number = a_weighed_batch(bench)
    tick(bench, number)
    set_status(bench, bench.filler, LotStatus.QUARANTINED)
    refused(bench, LotHeldBack, "MCC-118 is quarantined", lambda: tick(bench, number))
    set_status(bench, bench.filler, LotStatus.IN_USE)
    later = NOON + timedelta(days=400)
    refused(bench, PastBeyondUse, "20 Nov 2027", lambda: tick(bench, number, at=later))
    ended = tuple(calibrated(name, date(2026, 11, 20)) for name in ("B1", "B2"))
    revise_settings(bench, balances=ended)
    said = "weighed on balance B1, whose calibration ended on 20 Nov 2026"
    refused(bench, UsedBalanceOverdue, said, lambda: tick(bench, number))
    with bench.database.reading() as reading:
        assert "calibration" in str(look_at_steps(reading, SITE, number, CLARA, NOON).refusal)


def calibrated(name: str, until: date) -> ElectronicBalance:
    """A fine balance whose calibration ends so."""
    return replace(a_balance(name, "0.1 mg"), calibrated_until=until)


def test_a_check_of_the_balance_looks_at_the_one_that_is_planned(bench: Bench) -> None:
    number = a_batch(bench)
    revise_settings(bench, balances=(calibrated("B1", date(2026, 11, 20)),))
    refused(bench, CalibrationOverdue, "B1 ended", lambda: tick(bench, number))


def test_weighing_goes_on_only_while_the_balances_used_are_calibrated(bench: Bench) -> None:
    number = a_batch(bench)
    weigh_next(bench, number)
    fine = a_balance("B0", "0.1 mg")
    revise_settings(bench, balances=(calibrated("B1", date(2026, 11, 20)), fine))
    refused(bench, UsedBalanceOverdue, "B1, whose calibration ended", lambda: weigh_next(bench, number, balance="B0"))


def test_an_auditor_ticks_nothing_and_what_is_verified_is_not_made_any_more(bench: Bench, tmp_path: Path) -> None:
    number = a_weighed_batch(bench)
    refused(bench, NotForThisRole, "an auditor cannot", lambda: tick(bench, number, person=AUGUST))
    tick_all(bench, number)
    verified(bench.database, number, tmp_path)
    refused(bench, StatusForbids, "planned or in-making one is made at the bench", lambda: tick(bench, number))


def test_steps_begun_at_the_bench_are_finished_there_and_none_has_to_be(bench: Bench, tmp_path: Path) -> None:
    on_paper = a_weighed_batch(bench)
    verified(bench.database, on_paper, tmp_path)
    begun = a_weighed_batch(bench, key="second")
    tick(bench, begun)
    with pytest.raises(StillToBeDone, match="step 2 is still to be ticked there"):
        verified(bench.database, begun, tmp_path)
    tick_all(bench, begun)
    verified(bench.database, begun, tmp_path)
    release(bench.database, begun, tmp_path, OLGA)
    assert file_status(bench, begun) is BatchStatus.RELEASED


def test_whoever_ticked_a_step_made_the_batch(bench: Bench, tmp_path: Path) -> None:
    number = a_weighed_batch(bench)
    tick(bench, number, person=TOM)
    tick_all(bench, number)
    assert "Tom Weber" in file_of(bench.database, number, tmp_path).standing.makers


def test_the_journal_replayed_makes_the_same_of_steps_and_deviations(pharmacy: Settings) -> None:
    number = "261121A002I"
    with closing(open_database(pharmacy.database_url)) as database:
        bench = Bench(database, "1", "2")
        tick(bench, number)
        weigh_next(bench, number)
        weigh_next(bench, number)
        tick_all(bench, number)
        note(bench, number)
        assess(bench, number)
    assert sentences(pharmacy) == ""
    said = attacked(pharmacy, statement("UPDATE batches SET status = 'planned' WHERE status = 'in-making'"))
    assert f"Batch {number} is not what entry 34 says: status changed" in said
