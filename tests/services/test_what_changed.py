"""What changed between planning, verifying and releasing: a corrected lot, an amended day, a date that passed."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from compounder.domain.errors import OutOfBounds
from compounder.domain.record.amendments import Amended
from compounder.domain.record.record import BatchStatus
from compounder.printing.paper import SMALL, Paper
from compounder.services.batch_lots import LotCorrected
from compounder.services.errors import BeyondUse, NotHolding
from compounder.services.papers import LabelRequest, labels, worksheets
from compounder.services.proving import verify
from compounder.services.releasing import release_batch
from compounder.services.signatures import RecordMoved
from compounder.services.verifying import TooManySlips, verify_batch
from tests.printing import reading
from tests.services.batches import lot_numbers
from tests.services.corrections import amend as amend_lot
from tests.services.orders import DAY, SITE, Bench
from tests.services.signing import CLARA, NOON, OLGA, TOM, amend, file_of, release, right_answers, signing_of, verified


@pytest.fixture
def number(bench: Bench) -> str:
    """A batch of 1.5 mg that Anna planned."""
    (made,) = lot_numbers(bench, bench.order("1.5 mg"))
    return made


@pytest.mark.parametrize("change", [{"water": "0.018"}, {"expires_on": date(2028, 3, 31)}], ids=["water", "expiry"])
def test_a_batch_of_a_lot_corrected_since_is_not_verified(
    bench: Bench, number: str, tmp_path: Path, change: dict[str, object]
) -> None:
    amend_lot(bench, bench.active, **change)
    with pytest.raises(LotCorrected, match="Lot NTX-2411 was corrected since batch"):
        verified(bench.database, number, tmp_path)


def test_nor_is_it_released(bench: Bench, number: str, tmp_path: Path) -> None:
    verified(bench.database, number, tmp_path)
    amend_lot(bench, bench.filler, expires_on=date(2028, 1, 31))
    with pytest.raises(LotCorrected, match="Lot MCC-118 was corrected"):
        release(bench.database, number, tmp_path)


def test_a_corrected_maker_changes_no_figure(bench: Bench, number: str, tmp_path: Path) -> None:
    amend_lot(bench, bench.active, maker="Hillcrest Ltd")
    assert verified(bench.database, number, tmp_path) == ()


def test_an_earlier_day_of_compounding_takes_the_beyond_use_date_back_with_it(
    bench: Bench, number: str, tmp_path: Path
) -> None:
    amend(bench.database, number, Amended.COMPOUNDED_ON, "2026-10-22")
    record = file_of(bench.database, number, tmp_path).record
    assert (record.order.compounded_on, record.plan.beyond_use_date) == (date(2026, 10, 22), date(2027, 10, 21))
    with bench.database.reading() as reading:
        row = reading.execute(text("SELECT compounded_on, beyond_use_date FROM batches")).one()
    assert [str(day)[:10] for day in row] == ["2026-10-22", "2027-10-21"]
    url = bench.database.engine.url.render_as_string(hide_password=False)
    said = [finding.sentence for finding in verify(url, ()).findings if number in finding.sentence]
    assert [sentence for sentence in said if "beyond use" in sentence or "compounded" in sentence] == []
    amend(bench.database, number, Amended.COMPOUNDED_ON, "2026-11-20")
    assert file_of(bench.database, number, tmp_path).record.plan.beyond_use_date == date(2027, 10, 21)


def test_what_may_not_be_used_any_more_is_neither_released_nor_labelled(
    bench: Bench, number: str, tmp_path: Path
) -> None:
    request = LabelRequest(lot_numbers=(number,), stock=SMALL, copies=1, first_place=1)
    assert labels(bench.database, SITE, request, at=NOON)
    verified(bench.database, number, tmp_path)
    late = NOON + timedelta(days=366)
    with bench.database.writing() as writing, pytest.raises(BeyondUse, match="could be used until 20 Nov 2027"):
        release_batch(writing, number, signing_of(CLARA, tmp_path, late))
    with pytest.raises(BeyondUse):
        labels(bench.database, SITE, request, at=late)


def test_nobody_signs_what_they_were_not_shown(bench: Bench, number: str, tmp_path: Path) -> None:
    shown = file_of(bench.database, number, tmp_path)
    amend(bench.database, number, Amended.CAPSULES_MADE, "101")
    signing = signing_of(OLGA, tmp_path, shown=shown.to_be_signed)
    with bench.database.writing() as writing, pytest.raises(RecordMoved, match="Nothing was signed"):
        verify_batch(writing, number, right_answers(shown.record), signing)
    again = file_of(bench.database, number, tmp_path)
    with bench.database.writing() as writing:
        seen = signing_of(OLGA, tmp_path, shown=again.to_be_signed)
        assert verify_batch(writing, number, right_answers(again.record), seen) == ()


def test_whoever_slips_three_times_verifies_no_more(bench: Bench, number: str, tmp_path: Path) -> None:
    for count in ("101", "102", "104"):
        assert verified(bench.database, number, tmp_path, TOM, capsules=count) == ("capsules",)
    with pytest.raises(TooManySlips, match="Tom Weber entered other figures 3 times"):
        verified(bench.database, number, tmp_path, TOM)
    assert verified(bench.database, number, tmp_path, CLARA) == ()


def test_a_record_changed_in_the_table_shows_on_a_paper_printed_before(sqlite_bench: Bench, tmp_path: Path) -> None:
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    verified(sqlite_bench.database, number, tmp_path)
    release(sqlite_bench.database, number, tmp_path)
    before = worksheets(sqlite_bench.database, SITE, [number], Paper.A4, at=NOON, keys=tmp_path)
    request = LabelRequest(lot_numbers=(number,), stock=SMALL, copies=1, first_place=1)
    assert labels(sqlite_bench.database, SITE, request, at=NOON)
    with sqlite_bench.database.writing() as writing:
        writing.execute(text("DROP TRIGGER batch_records_refuse_update"))
        writing.execute(
            text("UPDATE batch_records SET document = replace(document, '1 Example Street', '2 Example Street')")
        )
    after = "\n".join(
        reading.pages(worksheets(sqlite_bench.database, SITE, [number], Paper.A4, at=NOON, keys=tmp_path))
    )
    assert "What was signed is not what stands here: record changed." not in "\n".join(reading.pages(before))
    assert "What was signed is not what stands here: record changed." in after
    with pytest.raises(NotHolding):
        labels(sqlite_bench.database, SITE, request, at=NOON)


def test_a_paper_believes_only_keys_of_this_pharmacy(sqlite_bench: Bench, tmp_path: Path) -> None:
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    verified(sqlite_bench.database, number, tmp_path / "somebody else's")
    file_of(sqlite_bench.database, number, tmp_path)
    (tmp_path / "own").mkdir()
    pdf = worksheets(sqlite_bench.database, SITE, [number], Paper.A4, at=NOON, keys=tmp_path / "own")
    assert "It is signed with a key that is not this pharmacy's." in "\n".join(reading.pages(pdf))
    assert file_of(sqlite_bench.database, number, tmp_path).status is BatchStatus.VERIFIED


def test_a_day_of_compounding_to_come_is_refused(bench: Bench, number: str) -> None:
    with pytest.raises(OutOfBounds, match="22 Nov 2026 was read"):
        amend(bench.database, number, Amended.COMPOUNDED_ON, (DAY + timedelta(days=1)).isoformat())
