"""Spoiled lines of balances against their columns, read a second time: no unstable, unit-less or wrong reading."""

import pytest

from tests.instruments.balance_lines import PROTOCOLS, fuzz, mt_sics_line, said, sbi_line, whole_lines


def check(how_many: int, seed: int, protocol: str) -> None:
    read, strays = fuzz(how_many, seed, protocol)
    assert strays == []
    assert read > how_many / 100


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_no_spoiled_line_gives_a_reading_that_is_not_in_its_columns(protocol: str) -> None:
    check(5_000, 1, protocol)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 6))
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_million_spoiled_lines_give_no_reading_that_is_not_in_their_columns(protocol: str, seed: int) -> None:
    check(125_000, seed, protocol)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_whole_line_says_what_its_columns_say(protocol: str) -> None:
    parse, truth = PROTOCOLS[protocol]
    assert [line for line in whole_lines()[protocol] if said(parse, line) != truth(line)] == []


@pytest.mark.parametrize(
    ("protocol", "line", "columns"),
    [
        ("mt-sics", mt_sics_line("12254.50"), range(15)),
        ("sbi", sbi_line("12254.50"), range(14)),
        ("sbi", sbi_line("12254.50", name="N"), range(20)),
    ],
)
def test_a_line_that_lost_or_doubled_any_character_before_its_unit_is_refused(
    protocol: str, line: str, columns: range
) -> None:
    parse, _ = PROTOCOLS[protocol]
    assert said(parse, line) is not None
    lost = [line[:at] + line[at + 1 :] for at in columns]
    doubled = [line[:at] + line[at] + line[at:] for at in columns]
    assert [spoiled for spoiled in lost + doubled if said(parse, spoiled) is not None] == []
