"""Deviations: where each happened, in whose words, and that somebody else assesses it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from compounder.domain.errors import CompoundingError
from compounder.domain.record.deviations import (
    Assessment,
    Deviation,
    Happened,
    deviations_in,
    require_assessable,
    require_assessed,
    require_said,
)
from compounder.domain.record.journal import EntryKind
from tests.domain.orders import Document
from tests.domain.records import AT, NUMBER, an_entry

SLIPPED = Deviation(
    number=9,
    happened=Happened(plan_number=1, line=None, step=3, what="Keep doubling."),
    said="The pestle slipped.",
    by="Tom Weber",
    at=AT,
)
SPILLED = replace(SLIPPED, number=10, happened=Happened(plan_number=2, line=1, step=None, what="cellulose"))
ASSESSED = replace(SLIPPED, assessed=Assessment(said="Mixed long enough", by="clara", at=AT + timedelta(minutes=5)))


def test_entries_tell_each_deviation_and_what_was_said_of_it() -> None:
    said: Document = {
        "plan_number": 1,
        "line": None,
        "step": 3,
        "what": "Keep doubling.",
        "said": "The pestle slipped.",
    }
    elsewhere = said | {"plan_number": 2, "line": 1, "step": None, "what": "cellulose"}
    noted, assessed = EntryKind.DEVIATION_NOTED, EntryKind.DEVIATION_ASSESSED
    assert deviations_in(
        [
            an_entry(noted, 9, **said),
            an_entry(noted, 10, **elsewhere),
            an_entry(assessed, 11, "clara", 5, deviation=9, said="Mixed long enough"),
            an_entry(assessed, 12, "olga", 6, deviation=9, said="Too late"),
        ]
    ) == (ASSESSED, SPILLED)


@pytest.mark.parametrize(
    ("deviation", "place"),
    [
        (SLIPPED, "Step 3"),
        (SPILLED, "Weighing 2, cellulose"),
        (replace(SPILLED, happened=replace(SPILLED.happened, line=0, what="drug")), "Weighing 1, drug"),
    ],
)
def test_a_deviation_is_at_a_step_or_at_a_weighing_as_people_count_them(deviation: Deviation, place: str) -> None:
    assert deviation.happened.place == place


def test_a_batch_waits_for_the_first_deviation_that_nobody_has_assessed() -> None:
    require_assessed((), NUMBER)
    require_assessed((ASSESSED,), NUMBER)
    for deviations, place in (
        ((ASSESSED, SPILLED), "weighing 2, cellulose"),
        ((SLIPPED, SPILLED), "step 3"),
    ):
        with pytest.raises(CompoundingError) as refused:
            require_assessed(deviations, NUMBER)
        assert str(refused.value) == (
            f"Batch {NUMBER} waits: a pharmacist other than Tom Weber assesses the deviation at {place}."
        )


def test_whoever_wrote_it_down_does_not_assess_it_and_nobody_twice() -> None:
    require_assessable(SLIPPED, NUMBER, "Clara Kühn")
    for deviation, name, said in (
        (SLIPPED, "tom weber", f"tom weber wrote down this deviation of batch {NUMBER}; somebody else has to do this."),
        (ASSESSED, "Clara Kühn", "Clara assessed this deviation already; nothing was stored."),
    ):
        with pytest.raises(CompoundingError) as refused:
            require_assessable(deviation, NUMBER, name)
        assert str(refused.value) == said


def test_its_words_are_there_and_not_too_many() -> None:
    require_said("x" * 2_000)
    for words, said in (
        (" \n", '"said" is missing; it is needed here.'),
        ("x" * 2_001, f'"{"x" * 40}…" was read; at most 2,000 letters is accepted.'),
    ):
        with pytest.raises(CompoundingError) as refused:
            require_said(words)
        assert (getattr(refused.value, "field_name", ""), str(refused.value)) == ("said", said)
