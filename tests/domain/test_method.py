"""The method of a batch: what is added at which step, what may be done first, and what each step's words show."""

from decimal import Decimal

import pytest

from compounder.domain.formulary.instruction import Instruction
from compounder.domain.record.method import PlannedStep, checked_first, planned_steps, portions_of
from compounder.domain.units import Mass, mg, of

THREE = ("450.0 mg", "900.0 mg", "rest, 10,350.0 mg")


def masses(*milligrams: str) -> list[Mass]:
    return [of(Decimal(each), mg) for each in milligrams]


def planned(*words: str) -> list[tuple[str, tuple[str, ...]]]:
    """The words of each step with what it adds of three portions."""
    steps = planned_steps([Instruction(words=each) for each in words], masses("450", "900", "10350"))
    return [(step.instruction.words, step.additions) for step in steps]


def step(words: str, *additions: str) -> PlannedStep:
    return PlannedStep(instruction=Instruction(words=words), additions=additions)


def test_the_last_of_several_portions_is_the_rest() -> None:
    assert [portions_of(masses(*each)) for each in ((), ("1.5",), ("1.5", "3"), ("450", "900", "10350"))] == [
        (),
        ("1.5 mg",),
        ("1.5 mg", "rest, 3.0 mg"),
        THREE,
    ]


REST = "Mix the filler in by geometric dilution, in these portions:"


@pytest.mark.parametrize(
    ("words", "added"),
    [
        (("With its Own Bulk.", "Keep Doubling.", "Mix."), [THREE[:1], THREE[1:], ()]),
        (("Check.", "Add by geometric dilution."), [(), THREE]),
        (("With its own bulk.", "With its own bulk."), [THREE[:1], (), THREE[1:]]),
        (("Double it.", "Double it again."), [THREE, ()]),
        (("Mix.",), [(), THREE]),
    ],
)
def test_each_portion_is_added_at_the_step_that_says_so_and_what_is_left_comes_last(
    words: tuple[str, ...], added: list[tuple[str, ...]]
) -> None:
    found = planned(*words)
    assert [additions for _, additions in found] == added
    assert [words for words, _ in found[len(words) :]] == [REST] * (len(added) - len(words))


def test_a_batch_without_portions_has_the_formulations_steps_alone() -> None:
    assert [each.instruction.words for each in planned_steps([Instruction(words="Mix.")], [])] == ["Mix."]


def test_only_the_checks_that_come_first_are_counted() -> None:
    look, mix = step("Check the lots."), step("Mix.")
    assert [checked_first(steps) for steps in ((), (mix, look), (look, look, mix, look))] == [0, 0, 2]


@pytest.mark.parametrize(
    ("planned", "is_check", "leaves_apart", "weighs_capsules"),
    [
        (step("CHECK the lots."), True, True, False),
        (step("Check, and add.", "1.5 mg"), False, False, False),
        (step("Weigh each powder."), False, True, False),
        (step("Weigh each powder.", "1.5 mg"), False, False, False),
        (step("Weigh and MIX."), False, False, False),
        (step("WEIGH 10 Capsules."), False, True, True),
        (step("Count the capsules."), False, False, False),
    ],
)
def test_the_words_of_a_step_show_what_is_done(
    planned: PlannedStep, is_check: bool, leaves_apart: bool, weighs_capsules: bool
) -> None:
    assert (planned.is_check, planned.leaves_apart, planned.weighs_capsules) == (
        is_check,
        leaves_apart,
        weighs_capsules,
    )
