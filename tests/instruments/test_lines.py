"""Bytes become whole lines, whatever the pieces they come in."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from compounder.instruments.lines import LONGEST, LineBuffer


def fed(*parts: bytes) -> list[str]:
    buffer = LineBuffer()
    return [line for part in parts for line in buffer.feed(part)]


def test_a_line_comes_when_it_is_whole() -> None:
    assert fed(b"S S     1", b"00.00 g\r") == []
    assert fed(b"S S     1", b"00.00 g\r", b"\nS D") == ["S S     100.00 g"]


def test_empty_lines_are_left_out_and_spaces_stay() -> None:
    assert fed(b"\r\n\n+   123.56 g  \r\n\r\n") == ["+   123.56 g  "]


def test_every_byte_is_kept_as_it_came() -> None:
    assert fed(bytes(range(128, 160)) + b"\r\n") == [bytes(range(128, 160)).decode("latin-1")]


def test_a_line_longer_than_any_protocols_is_dropped_with_its_end() -> None:
    assert fed(b"x" * (LONGEST + 1) + b"\nES\r\n") == ["ES"]
    assert fed(b"x" * LONGEST, b"x", b"S S     100.00 g\r\nES\r\n") == ["ES"]
    assert fed(b"x" * LONGEST + b"\n") == ["x" * LONGEST]


def test_noise_without_an_end_does_not_grow() -> None:
    buffer = LineBuffer()
    for _ in range(1_000):
        assert buffer.feed(b"\xff" * 1_000) == []
    assert len(buffer._half) == 0
    assert buffer.feed(b"\nES\r\n") == ["ES"]


def test_a_forgotten_half_line_is_not_joined_to_what_comes_next() -> None:
    buffer = LineBuffer()
    buffer.feed(b"S S     1")
    buffer.forget()
    assert buffer.feed(b"00.00 g\r\n") == ["00.00 g"]


@given(data=st.binary(max_size=300), cuts=st.lists(st.integers(0, 300)))
def test_how_bytes_are_cut_into_pieces_makes_no_difference(data: bytes, cuts: list[int]) -> None:
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    pieces = [data[start:end] for start, end in pairwise(places)]
    assert fed(*pieces) == fed(data)
