"""Several refusals at once: told together, at the first one's field; and a refusal has all its parts."""

import pytest

from compounder.domain.errors import CompoundingError, MissingKey, NotAccepted, one_error, refuse_all

MISSING = MissingKey(missing="assay", pointer="/assay")
WRONG = NotAccepted(read="x", accepted="y", pointer="/lot")


def test_one_complaint_is_told_as_it_is() -> None:
    assert one_error([WRONG]) is WRONG


def test_several_complaints_are_told_together_at_the_first_ones_field() -> None:
    both = one_error([MISSING, WRONG])
    assert (both.pointer, both.errors()) == ("/assay", (MISSING, WRONG))
    assert str(both) == '"assay" is missing; it is needed here. "x" was read; y is accepted.'


def test_no_complaint_refuses_nothing() -> None:
    refuse_all(())
    with pytest.raises(CompoundingError) as refused:
        refuse_all(iter([MISSING, WRONG]))
    assert refused.value.errors() == (MISSING, WRONG)


@pytest.mark.parametrize("parts", [{"read": "x"}, {"read": "x", "accepted": "y", "seen": "z"}])
def test_a_refusal_has_all_its_parts_and_no_others(parts: dict[str, str]) -> None:
    with pytest.raises(TypeError, match=r"^NotAccepted has .*, and was given "):
        NotAccepted(**parts)
