"""What people may write: any words that the papers can print."""

import pytest

from compounder.domain.errors import NotAccepted
from compounder.web.fields import words
from compounder.web.readers import one_line, person_name


@pytest.mark.parametrize("text", ["Zoë Þórsdóttir", "Łukasz", "Ελένη", "Анна", "90–110 % × 2"])
def test_names_of_many_alphabets_are_read(text: str) -> None:
    assert words(text) == one_line(text) == person_name(text) == text


@pytest.mark.parametrize("text", ["山田", "Anna 🙂"])
def test_letters_that_paper_would_show_as_boxes_are_refused_by_name(text: str) -> None:
    for read in (words, one_line, person_name):
        with pytest.raises(NotAccepted, match="what our papers can print"):
            read(text)
