"""Deviations: written down by whoever makes the batch, assessed by somebody else, and never lost."""

from pathlib import Path

import pytest

from compounder.database.errors import NotFound
from compounder.domain.errors import CompoundingError, MissingKey, NotAccepted
from compounder.domain.record.decisions import SamePerson
from compounder.domain.record.deviations import AssessedAlready, DeviationsUnassessed
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.signatures import NotForThisRole
from compounder.domain.record.standing import StatusForbids
from tests.services.benches import a_batch, at_bench
from tests.services.orders import Bench, entries
from tests.services.signing import AUGUST, CLARA, TOM, release, verified
from tests.services.stepping import a_weighed_batch, assess, note

BOTH_PLACES = [({"line": 0}, "Weighing 1, naltrexone hydrochloride"), ({"step": 3}, "Step 3")]


@pytest.mark.parametrize(("place", "said"), BOTH_PLACES)
def test_a_deviation_is_kept_where_it_happened_and_moves_nothing(
    bench: Bench, place: dict[str, int], said: str
) -> None:
    number = a_batch(bench)
    note(bench, number, "Spilled a little, taken up again.", person=TOM, **place)  # type: ignore[arg-type]  # one of two
    (kept,) = at_bench(bench, number).deviations
    assert (kept.happened.place, kept.said, kept.by) == (said, "Spilled a little, taken up again.", "Tom Weber")
    assert at_bench(bench, number).standing.status is BatchStatus.PLANNED


def test_a_second_click_writes_nothing_more(bench: Bench) -> None:
    number = a_batch(bench)
    for _ in range(2):
        note(bench, number, key="the same form")
    assert len(at_bench(bench, number).deviations) == 1


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"said": "  "}, MissingKey),
        ({"said": "x" * 2_001}, NotAccepted),
        ({"step": 9}, NotFound),
        ({"step": 0}, NotFound),
        ({"line": 2}, NotFound),
        ({"line": 0, "step": 1}, NotFound),
        ({"person": AUGUST}, NotForThisRole),
    ],
)
def test_what_says_nothing_or_happened_nowhere_is_refused(
    bench: Bench, changes: dict[str, object], kind: type[CompoundingError]
) -> None:
    number = a_batch(bench)
    before = entries(bench)
    with pytest.raises(kind):
        note(bench, number, **changes)  # type: ignore[arg-type]  # each of its own kind
    assert entries(bench) == before


def test_no_batch_is_released_before_somebody_else_assessed_its_deviations(bench: Bench, tmp_path: Path) -> None:
    number = a_weighed_batch(bench)
    note(bench, number)
    verified(bench.database, number, tmp_path)
    with pytest.raises(DeviationsUnassessed, match="other than Clara Kühn assesses the deviation at step 3"):
        release(bench.database, number, tmp_path)
    with pytest.raises(SamePerson, match="Clara Kühn wrote down this deviation"):
        assess(bench, number, person=CLARA)
    with pytest.raises(NotForThisRole, match="a technician cannot"):
        assess(bench, number, person=TOM)
    assess(bench, number)
    release(bench.database, number, tmp_path)
    (kept,) = at_bench(bench, number).deviations
    assert kept.assessed is not None
    assert (kept.assessed.said, kept.assessed.by) == ("The mix is even.", "Olga Petrova")
    with pytest.raises(StatusForbids, match="verified one is open to deviations"):
        note(bench, number)


def test_an_assessment_is_made_once(bench: Bench) -> None:
    number = a_batch(bench)
    note(bench, number, person=TOM)
    assess(bench, number)
    before = entries(bench)
    assess(bench, number)
    assert entries(bench) == before
    with pytest.raises(AssessedAlready, match="Olga Petrova assessed this deviation already"):
        assess(bench, number, "Not even.", CLARA)
    with pytest.raises(NotFound):
        assess(bench, number, entry=1)


def test_a_deviation_written_after_the_verification_waits_too(bench: Bench, tmp_path: Path) -> None:
    number = a_batch(bench)
    verified(bench.database, number, tmp_path)
    note(bench, number, person=TOM)
    assert at_bench(bench, number).standing.status is BatchStatus.VERIFIED
    with pytest.raises(DeviationsUnassessed):
        release(bench.database, number, tmp_path)
