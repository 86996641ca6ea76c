"""The steps of a method, with the masses of the geometric dilution at the steps that add them."""

from collections.abc import Iterator, Sequence

from compounder.domain.batch.trituration import Trituration
from compounder.domain.units import MASS, Mass, format_rounded
from compounder.printing.documents import MethodStep

_OWN_BULK = "own bulk"
_DOUBLING = ("doubl", "geometric")
_RECORDED_ELSEWHERE = ("check", "weigh")
_STEP_FOR_THE_REST = "Mix the filler in by geometric dilution, in these portions:"


def method_steps(steps: Sequence[str], dilution: Sequence[Mass]) -> Iterator[MethodStep]:
    """The formulation's steps, each portion of filler at the step that adds it; what none of them adds comes last."""
    portions = left = portions_of(dilution)
    for step in steps:
        added = _added_at(step.lower(), portions, left)
        left = left[len(added) :]
        yield MethodStep(instruction=step, additions=added, to_record=_to_record(step.lower(), added))
    if left:
        yield MethodStep(instruction=_STEP_FOR_THE_REST, additions=left, to_record=_to_record("", left))


def portions_of(dilution: Sequence[Mass]) -> tuple[str, ...]:
    """Each portion's mass; the last is what is left."""
    portions = [format_rounded(portion, MASS) for portion in dilution]
    return (*portions[:-1], f"rest, {portions[-1]}") if len(portions) > 1 else tuple(portions)


def _added_at(step: str, portions: tuple[str, ...], left: tuple[str, ...]) -> tuple[str, ...]:
    """What a step adds: all that is left where filler is doubled, the first where the drug meets its own bulk."""
    if any(word in step for word in _DOUBLING):
        return left
    return left[:1] if _OWN_BULK in step and left == portions else ()


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
