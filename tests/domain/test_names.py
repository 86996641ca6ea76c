"""When two names are one, and which look like another."""

import pytest

from compounder.domain.people.names import MixedAlphabets, plain, require_one_alphabet
from compounder.domain.people.person import Person, Role
from compounder.domain.record.decisions import is_named
from compounder.domain.record.journal import Actor


@pytest.mark.parametrize(
    "written", ["A\u0308nne Meier", "ÄNNE MEIER", " änne  meier ", "Änne\u00a0Meier", "Änne Me\u200bier", "Änne Ｍeier"]
)
def test_a_name_is_one_however_it_is_written(written: str) -> None:
    assert plain(written) == plain("Änne Meier")
    assert is_named(written, ["Änne Meier"])


def test_names_of_different_letters_are_two() -> None:
    assert plain("Änne Meier") != plain("Anne Meier")


@pytest.mark.parametrize("word", ["Ann\u0430", "t.ex\u0430mple", "\u0391nna", "M\u00fcller\u0439"])
def test_a_word_of_two_alphabets_is_refused(word: str) -> None:
    with pytest.raises(MixedAlphabets) as refused:
        require_one_alphabet(f"Anna {word}", field_name="name")
    assert str(refused.value) == f'"{word}" mixes letters of two alphabets; type the word in one.'
    assert refused.value.field_name == "name"


@pytest.mark.parametrize("name", ["Anna Müller", "Анна Иванова", "Dr. Παπαδοπούλου", "山田 Hanako", "o.sand-2@b"])
def test_a_name_may_be_of_any_alphabet(name: str) -> None:
    require_one_alphabet(name, field_name="name")


def test_somebody_who_signed_in_acts_under_the_printed_name() -> None:
    person = Person(sign_in_name="anne", name="Änne Meier", role=Role.PHARMACIST)
    assert person.actor == Actor(name="Änne Meier", is_authenticated=True)
