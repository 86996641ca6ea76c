"""The steps of a method as a worksheet lists them: a box to tick and a line to write on, or who did it and when."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from compounder.domain.batch.trituration import Trituration
from compounder.domain.record.deviations import Deviation
from compounder.domain.record.method import planned_steps, portions_of
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.record.steps import Step, Steps
from compounder.domain.wording import with_capital
from compounder.printing.documents import MethodStep, PrintedDeviation
from compounder.printing.letterhead import moment

_RECORDED_ELSEWHERE = ("check", "weigh")


def method_steps(record: CompoundingRecord, steps: Steps) -> Iterator[MethodStep]:
    """The steps of a batch's method; those that were ticked at the bench with who did them and when."""
    done = {step.number: step for step in steps.done}
    planned = planned_steps(record.formulation.steps, record.plan.geometric_dilution)
    for number, step in enumerate(planned, 1):
        words, added = str(step.instruction), step.additions
        line = MethodStep(instruction=words, additions=added, to_record=_to_record(words.lower(), added))
        yield _ticked(line, record, steps, done[number]) if number in done else line


def _ticked(line: MethodStep, record: CompoundingRecord, steps: Steps, step: Step) -> MethodStep:
    if step.done is None:
        return line
    started = moment(step.started.at, record).rpartition(" ")[2] if step.started else ""
    return replace(
        line,
        to_record="",
        done=moment(step.done.at, record),
        by=step.done.by,
        started=f"from {started}" if started else "",
        lacking=steps.lacking(step),
    )


def printed_deviations(record: CompoundingRecord, deviations: Sequence[Deviation]) -> Iterator[PrintedDeviation]:
    """Each deviation where it happened, with who wrote it down and who assessed it; the oldest first."""
    for each in deviations:
        assessed = each.assessed
        yield PrintedDeviation(
            where=with_capital(each.happened.place),
            what=each.happened.what if each.happened.step is not None else "",
            said=each.said,
            by=f"{each.by}, {moment(each.at, record)}",
            assessed=f"{assessed.by}, {moment(assessed.at, record)}: {assessed.said}" if assessed else "",
        )


def _to_record(step: str, added: tuple[str, ...]) -> str:
    """What the line beside a step is for; checks and weighings have theirs in other sections of the worksheet."""
    if len(added) > 1:
        return "start / end"
    return "" if step.startswith(_RECORDED_ELSEWHERE) else "time / initials"


def trituration_steps(plan: Trituration, lot_number: str) -> Iterator[MethodStep]:
    """How a trituration is mixed. Source: geometric dilution (USP <1160>, mixing of potent powders)."""
    first, *rest = portions_of(plan.geometric_dilution)
    started_with = "aliquot" if plan.made_from else "drug"
    yield MethodStep(
        instruction=f"Line the mortar with diluent. Add the {started_with} with its own bulk of diluent and mix.",
        additions=(first,),
    )
    if rest:
        yield MethodStep(
            instruction="Keep doubling with diluent until all of it is in, mixing evenly each time.",
            additions=tuple(rest),
            to_record="start / end",
        )
    yield MethodStep(instruction=f"Mix to an even look. Label it {lot_number} before any of it is weighed out.")
