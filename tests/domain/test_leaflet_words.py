"""A site's own words in the leaflet: plain lines, numbered versions, and how hard they are to read."""

from dataclasses import replace
from decimal import Decimal

import pytest

from compounder.domain.care.leaflet_words import LeafletPart, LeafletWords, grade_of
from compounder.domain.errors import as_read
from tests.domain.refused import refused

WORDS = LeafletWords(version=9_999, texts={LeafletPart.MISSED: "! Do not take two.\n- Wait."}, reason="r" * 500)
A_REASON = "a text of 1 to 500 printable letters is accepted."
PLAIN = "lines of plain text, at most 1,500 letters in all is accepted."


@pytest.mark.parametrize(
    ("changes", "field_name", "sentence"),
    [
        ({"version": 0}, "version", "0 was read; 1 to 9,999 is accepted."),
        ({"version": 10_000}, "version", "10,000 was read; 1 to 9,999 is accepted."),
        ({"reason": ""}, "reason", f'"" was read; {A_REASON}'),
        ({"reason": "r" * 501}, "reason", f'"{"r" * 40}…" was read; {A_REASON}'),
    ],
)
def test_a_version_has_a_number_and_a_reason(changes: dict[str, object], field_name: str, sentence: str) -> None:
    assert refused(WORDS, **changes) == (field_name, sentence)


@pytest.mark.parametrize("text", ["", "One.\n\nTwo.", "One.\n ", "One.\tTwo.", "x" * 1_501])
def test_what_is_no_line_of_plain_text_is_refused_at_its_part(text: str) -> None:
    field_name, sentence = refused(WORDS, texts={LeafletPart.NO_OPIOIDS: text})
    assert (field_name, sentence.rpartition("was read; ")[2]) == ("no_opioids", PLAIN)


def test_what_was_typed_is_said_again() -> None:
    long, twice = "x" * 1_501, "One. ! Two.\n! Three."
    assert refused(WORDS, texts={LeafletPart.MISSED: long})[1].startswith(f'"{"x" * 40}…" was read; ')
    assert refused(WORDS, texts={LeafletPart.MISSED: twice})[1].startswith(f"{as_read(twice)} was read; ")


@pytest.mark.parametrize("text", ["One.\n! Two.", "! One.\n! Two."])
def test_only_the_first_line_comes_first(text: str) -> None:
    field_name, sentence = refused(WORDS, texts={LeafletPart.MISSED: text})
    assert field_name == "missed"
    assert sentence.endswith('was read; "! " on the first line only is accepted.')


@pytest.mark.parametrize("text", ["! One.\nTwo.", "One.\n- Two.\n- Three.", "x" * 1_500])
def test_lines_of_plain_text_are_kept(text: str) -> None:
    replace(WORDS, version=1, texts={LeafletPart.MISSED: text})


def test_signs_of_a_line_are_no_words_and_each_line_ends_a_sentence() -> None:
    """Two sentences of two words, each word one syllable: 0.39 × 2 + 11.8 × 1 − 15.59 = −3.01."""
    assert grade_of("! Take two\n- Wait now") == Decimal("-3.01")
    assert grade_of("TAKE TWO") == Decimal("-3.01")
    assert grade_of("- ") == Decimal(0)
