"""Checkpoints: the same line on paper, in a code, and typed again."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounder.domain.record.checkpoint import (
    Checkpoint,
    NotACheckpoint,
    SignedCheckpoint,
    in_letters,
    read_checkpoint,
)

MOMENT = datetime(2026, 11, 22, 9, 14, 3, tzinfo=UTC)
ROOT, SIGNATURE = bytes(range(32)), bytes(range(64))


def a_checkpoint(site: str = "A", size: int = 1234, at: datetime = MOMENT) -> SignedCheckpoint:
    """A checkpoint whose signature nobody made."""
    return SignedCheckpoint(checkpoint=Checkpoint(site=site, size=size, at=at, root=ROOT), signature=SIGNATURE)


def test_a_checkpoint_is_one_line_of_capitals_and_digits() -> None:
    text = a_checkpoint().text
    assert text.startswith("COMPOUNDER 1 A 1234 20261122T091403Z AAAQEAYEAUDAOCAJ")
    assert re.fullmatch(r"[A-Z0-9 ]{186,200}", text)
    assert in_letters(ROOT).startswith("AAAQEAYE AUDAOCAJ BIFQYDIO")


@pytest.mark.usefixtures("in_new_york")
def test_a_moment_is_written_in_utc_wherever_the_machine_stands() -> None:
    in_berlin = MOMENT.astimezone(timezone(timedelta(hours=1)))
    assert " 20261122T091403Z " in a_checkpoint(at=in_berlin).text


def test_what_would_part_a_sites_name_is_written_otherwise() -> None:
    assert a_checkpoint(site="A/B 1").text.startswith("COMPOUNDER 1 A%2FB%201 1234 ")


def test_a_checkpoint_may_be_typed_in_small_letters() -> None:
    assert read_checkpoint(a_checkpoint(site="7").text.lower()) == a_checkpoint(site="7")


@given(st.text(min_size=1, max_size=8), st.integers(0, 10**12))
def test_what_was_printed_is_read_again_wherever_its_letters_are_parted(site: str, size: int) -> None:
    signed = a_checkpoint(site, size)
    head, root, signature = signed.text.rsplit(" ", 2)
    parted = "\n ".join(re.findall(".{1,7}", f"{root}{signature}"))
    assert read_checkpoint(f"  {head}\n{parted.lower()}\n") == signed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "COMPOUNDER",
        a_checkpoint().text[:-1],
        a_checkpoint().text + "A",
        a_checkpoint().text.replace(" 1 A", " 2 A"),
        a_checkpoint().text.replace("1234", "12E4"),
        a_checkpoint().text.replace("1234", "١٢٣٤"),
        a_checkpoint().text.replace("20261122", "20261322"),
        a_checkpoint().text.replace("AAAQ", "1AAQ"),
        a_checkpoint(site="%").text.replace("%25", "%FF"),
    ],
)
def test_anything_else_is_no_checkpoint(text: str) -> None:
    with pytest.raises(NotACheckpoint, match="from COMPOUNDER to the last letter"):
        read_checkpoint(text)
