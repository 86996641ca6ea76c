"""What a batch's record has not got: so that whoever reads it later sees what is not there, and need not wonder.

Source: USP <795> (2023), compounding record: quantities as weighed, who made and who verified, quality results,
deviations.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from compounder.domain.findings import Finding
from compounder.domain.record.deviations import Deviation
from compounder.domain.record.finished import Finished
from compounder.domain.record.making import Making
from compounder.domain.record.signatures import Meaning
from compounder.domain.record.standing import Standing
from compounder.domain.record.steps import Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordParts:
    """Everything that a batch's journal entries say beside its plan. `undecided` waits for a second person."""

    standing: Standing
    making: Making
    steps: Steps
    deviations: tuple[Deviation, ...]
    finished: Finished
    undecided: tuple[Finding, ...]


def lacking(parts: RecordParts) -> tuple[str, ...]:
    """What is not there, a sentence each, in the worksheet's order; nothing of a record that has everything."""
    return (
        *(f"No second person has decided: {finding.message}" for finding in parts.undecided),
        *_at_the_bench("weighings", [taken is not None for taken in parts.making.taken]),
        *_at_the_bench("steps", [step.done is not None for step in parts.steps.every]),
        *(f"Nobody has assessed a deviation: {each.said}" for each in parts.deviations if each.assessed is None),
        *_of_capsules(parts.finished),
        *_of_signatures(parts.standing),
    )


def _at_the_bench(what: str, done: Sequence[bool]) -> Iterator[str]:
    if not any(done):
        yield f"None of its {len(done)} {what} was entered; what was done on paper stands on the printed worksheet."
    elif not all(done):
        yield f"Of its {len(done)} {what}, {done.count(False)} {'is' if done.count(False) == 1 else 'are'} not done."


def _of_capsules(finished: Finished) -> Iterator[str]:
    if finished.weighed is None:
        yield "No weights of finished capsules were entered."
    if finished.counted is None:
        yield "No count of finished capsules was entered."
    for finding in finished.waiting:
        yield f"Nobody has decided on the finished capsules: {finding.message}"


def _of_signatures(standing: Standing) -> Iterator[str]:
    signed = {each.meaning for each in standing.signatures}
    covering = {each.meaning for each in standing.signatures if each.covers}
    for meaning in (Meaning.VERIFIED, Meaning.RELEASED):
        if meaning in signed - covering:
            yield f"It was {meaning} before it was changed, and not since."
        elif meaning not in signed:
            yield f"Nobody has {meaning} it."
