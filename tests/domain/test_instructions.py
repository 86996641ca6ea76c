"""One step of a method: words, and a time where it has one; stored as before where it has none."""

import pytest

from compounder.codec.converter import read, read_stored, write
from compounder.domain.errors import CompoundingError
from compounder.domain.formulary.instruction import Instruction, read_instruction


@pytest.mark.parametrize(
    ("line", "words", "minutes"),
    [
        ("Mix to an even look. (10 min)", "Mix to an even look.", 10),
        ("Mix.(1440 min)", "Mix.", 1_440),
        ("Mix for 10 min", "Mix for 10 min", None),
        ("Mix (10 min) and rest.", "Mix (10 min) and rest.", None),
        ("(10 min)", "(10 min)", None),
        ("Mix (ten min)", "Mix (ten min)", None),
        ("Mix (٣ min)", "Mix (٣ min)", None),
    ],
)
def test_a_mixing_time_stands_at_the_end_of_its_line(line: str, words: str, minutes: int | None) -> None:
    step = read_instruction(line)
    assert (step.words, step.minutes) == (words, minutes)
    assert read_instruction(str(step)) == step


@pytest.mark.parametrize("line", ["Mix (0 min)", "Mix (1441 min)", "", "  "])
def test_no_time_and_more_than_a_day_are_refused(line: str) -> None:
    with pytest.raises(CompoundingError):
        read_instruction(line)


def test_a_step_without_a_time_is_stored_as_its_words_alone() -> None:
    plain, timed = Instruction(words="Pack."), Instruction(words="Mix.", minutes=10)
    assert (write(plain), write(timed)) == ("Pack.", {"words": "Mix.", "minutes": 10})
    for step in (plain, timed):
        assert read(write(step), Instruction) == read_stored(write(step), Instruction) == step


@pytest.mark.parametrize("document", [7, None, [], {"minutes": 5}, {"words": "Mix.", "minutes": "5"}, {"words": 7}])
def test_what_is_no_step_is_refused(document: object) -> None:
    with pytest.raises(CompoundingError):
        read(document, Instruction)
