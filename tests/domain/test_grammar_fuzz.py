"""The number grammar against a rule written a second time, letter by letter; ten million strings are in `bench`."""

import os

import pytest

from bench.grammar import fuzz, is_allowed

STRINGS = 50_000 if not os.environ.get("COMPOUNDER_LONG") else 2_500_000


@pytest.mark.parametrize("seed", range(4))
def test_no_fuzzed_string_gets_past_the_grammar(seed: int) -> None:
    read, strays = fuzz(STRINGS, seed)
    assert strays == []
    assert read > STRINGS / 1_000


@pytest.mark.parametrize("text", ["0", "10", "1234567", "0.5", "9999999.999999"])
def test_the_second_rule_knows_what_is_allowed(text: str) -> None:
    assert is_allowed(text)
