"""The measure itself, against words and a passage counted by hand."""

from decimal import Decimal

import pytest

from compounder.domain.care.readability import grade, sentences_of, syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("take", 1),
        ("capsule", 2),
        ("capsules", 2),
        ("bedtime", 2),
        ("opioid", 3),
        ("naltrexone", 3),
        ("hydrochloride", 4),
        ("stopped", 1),
        ("needed", 2),
        ("table", 2),
        ("whole", 1),
        ("doses", 2),
        ("14", 1),
    ],
)
def test_syllables_are_counted(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_grade_of_a_passage_counted_by_hand() -> None:
    """Two sentences, 10 words, 11 syllables: 0.39 × 5 + 11.8 × 1.1 − 15.59 = −0.66."""
    text = "The cat sat on the mat. It is asleep now."
    assert round(grade(sentences_of(text)), 2) == Decimal("-0.66")


def test_a_hard_text_is_hard() -> None:
    text = "Concomitant administration of opioid analgesics is contraindicated owing to pharmacodynamic antagonism."
    assert grade([text]) > 15
