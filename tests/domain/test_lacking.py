"""What a record has not got, a sentence each: worked out of the entries of a batch."""

from compounder.domain.findings import Finding, decide
from compounder.domain.record.deviations import deviations_in
from compounder.domain.record.finished import CapsulesDecided, Finished
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.record.lacking import RecordParts, lacking
from compounder.domain.record.making import making
from compounder.domain.record.standing import standing
from compounder.domain.record.steps import steps_at_bench
from tests.domain.orders import an_order
from tests.domain.records import AT, a_record, an_entry
from tests.domain.test_finished import FAILED, counted, told, weighed

RECORD = a_record(an_order())
STEPS = range(1, len(RECORD.formulation.steps) + 1)
UNUSUAL = decide("unusual-strength", "4 mg is unusual.")
WHOLE = told(weighed(), counted())
WEIGHED = [
    an_entry(EntryKind.BATCH_WEIGHED, plan_number=1, line=line, reading="1 mg", lot_number="N", balance="B1")
    for line in (0, 1)
]
DONE = [an_entry(EntryKind.STEP_DONE, plan_number=1, step=number) for number in STEPS]
NOTED = an_entry(EntryKind.DEVIATION_NOTED, 20, plan_number=1, line=0, step=None, what="drug", said="It spilled.")
ASSESSED = an_entry(EntryKind.DEVIATION_ASSESSED, 21, deviation=20, said="Fine")
SIGNED = [an_entry(EntryKind.BATCH_VERIFIED), an_entry(EntryKind.BATCH_RELEASED)]
AMENDED = an_entry(EntryKind.BATCH_AMENDED, what="remark", label="Jar", old="", new="New", reason="Seen")


def lacked(*entries: JournalEntry, finished: Finished = WHOLE, undecided: tuple[Finding, ...] = ()) -> tuple[str, ...]:
    """The sentences about a record of these entries."""
    made = making(RECORD, entries)
    parts = RecordParts(
        standing=standing(entries),
        making=made,
        steps=steps_at_bench(RECORD, made, entries),
        deviations=deviations_in(entries),
        finished=finished,
        undecided=undecided,
    )
    return lacking(parts)


def test_a_record_that_has_everything_lacks_nothing() -> None:
    assert lacked(*WEIGHED, *DONE, NOTED, ASSESSED, *SIGNED) == ()


def test_a_record_of_a_plan_alone_lacks_all_of_it_in_the_worksheets_order() -> None:
    on_paper = "was entered; what was done on paper stands on the printed worksheet."
    assert lacked(finished=Finished(), undecided=(UNUSUAL,)) == (
        "No second person has decided: 4 mg is unusual.",
        f"None of its 2 weighings {on_paper}",
        f"None of its {len(STEPS)} steps {on_paper}",
        "No weights of finished capsules were entered.",
        "No count of finished capsules was entered.",
        "Nobody has verified it.",
        "Nobody has released it.",
    )


def test_what_is_half_done_is_counted() -> None:
    assert lacked(WEIGHED[0], *SIGNED)[0] == "Of its 2 weighings, 1 is not done."
    assert lacked(*WEIGHED, *DONE[:-1], *SIGNED) == (f"Of its {len(STEPS)} steps, 1 is not done.",)
    assert lacked(*WEIGHED, *DONE[:-2], *SIGNED) == (f"Of its {len(STEPS)} steps, 2 are not done.",)


def test_what_nobody_has_assessed_or_decided_on_is_said_in_its_own_words() -> None:
    assert lacked(*WEIGHED, *DONE, NOTED, *SIGNED) == ("Nobody has assessed a deviation: It spilled.",)
    failed = told(weighed(), counted(FAILED))
    assert lacked(*WEIGHED, *DONE, *SIGNED, finished=failed) == (
        "Nobody has decided on the finished capsules: Capsule 1 holds 112 %.",
    )
    decided = failed.after(3, CapsulesDecided(findings=(FAILED,), reason="Taken out"), "Clara", AT)
    assert lacked(*WEIGHED, *DONE, *SIGNED, finished=decided) == ()


def test_a_signature_from_before_a_change_is_told_as_such() -> None:
    assert lacked(*WEIGHED, *DONE, SIGNED[0]) == ("Nobody has released it.",)
    assert lacked(*WEIGHED, *DONE, *SIGNED, AMENDED) == (
        "It was verified before it was changed, and not since.",
        "It was released before it was changed, and not since.",
    )
    again = [*SIGNED[:1], AMENDED, *SIGNED]
    assert lacked(*WEIGHED, *DONE, *again) == ()
