"""The steps of a method as a worksheet lists them: a box to tick and a line to write on, or who did it and when."""

from collections.abc import Iterator, Sequence

from compounder.domain.batch.trituration import Trituration
from compounder.domain.formulary.instruction import Instruction
from compounder.domain.record.method import planned_steps, portions_of
from compounder.domain.units import Mass
from compounder.printing.documents import MethodStep

_RECORDED_ELSEWHERE = ("check", "weigh")


def method_steps(steps: Sequence[Instruction], dilution: Sequence[Mass]) -> Iterator[MethodStep]:
    """The formulation's steps, each portion of filler at the step that adds it; what none of them adds comes last."""
    for step in planned_steps(steps, dilution):
        words, added = str(step.instruction), step.additions
        yield MethodStep(instruction=words, additions=added, to_record=_to_record(words.lower(), added))


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
