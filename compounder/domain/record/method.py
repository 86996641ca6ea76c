"""The method of a batch: the formulation's steps, each portion of filler at the step that adds it, in their sequence.

The same on the worksheet and at the bench. Steps that only check come before the powders are weighed; every other one
comes after. Source: geometric dilution (USP <1160>, mixing of potent powders); USP <795> (2023), compounding record.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from compounder.domain.formulary.instruction import Instruction
from compounder.domain.units import MASS, Mass, format_rounded

_OWN_BULK: Final = "own bulk"
_DOUBLING: Final = ("doubl", "geometric")
_CHECKS: Final = "check"
_WEIGHS: Final = "weigh"
_MIXES: Final = "mix"
_CAPSULES: Final = "capsules"
_STEP_FOR_THE_REST: Final = Instruction(words="Mix the filler in by geometric dilution, in these portions:")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """One step as a batch's plan has it; `additions` are the portions of filler that it adds, each a mass in words."""

    instruction: Instruction
    additions: tuple[str, ...] = ()

    @property
    def is_check(self) -> bool:
        """Whether it looks at something and adds nothing."""
        return self.instruction.words.lower().startswith(_CHECKS) and not self.additions

    @property
    def leaves_apart(self) -> bool:
        """Whether each powder is still by itself after it; of a step whose words do not show it, none is."""
        words = self.instruction.words.lower()
        only_weighs = words.startswith(_WEIGHS) and _MIXES not in words and not self.additions
        return self.is_check or only_weighs

    @property
    def weighs_capsules(self) -> bool:
        """Whether finished capsules are weighed in it."""
        words = self.instruction.words.lower()
        return words.startswith(_WEIGHS) and _CAPSULES in words


def planned_steps(steps: Sequence[Instruction], dilution: Sequence[Mass]) -> Iterator[PlannedStep]:
    """The formulation's steps, each portion of filler at the step that adds it; what none of them adds comes last."""
    portions = left = portions_of(dilution)
    for step in steps:
        added = _added_at(step.words.lower(), portions, left)
        left = left[len(added) :]
        yield PlannedStep(instruction=step, additions=added)
    if left:
        yield PlannedStep(instruction=_STEP_FOR_THE_REST, additions=left)


def portions_of(dilution: Sequence[Mass]) -> tuple[str, ...]:
    """Each portion's mass; the last is what is left."""
    portions = [format_rounded(portion, MASS) for portion in dilution]
    return (*portions[:-1], f"rest, {portions[-1]}") if len(portions) > 1 else tuple(portions)


def checked_first(steps: Sequence[PlannedStep]) -> int:
    """How many steps, from the first on, may be done before the powders are weighed: those that only check."""
    return len(list(takewhile(lambda step: step.is_check, steps)))


def _added_at(step: str, portions: tuple[str, ...], left: tuple[str, ...]) -> tuple[str, ...]:
    """What a step adds: all that is left where filler is doubled, the first where the drug meets its own bulk."""
    if any(word in step for word in _DOUBLING):
        return left
    return left[:1] if _OWN_BULK in step and left == portions else ()
