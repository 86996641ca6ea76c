"""Ten million fuzzed strings against the number grammar: `python -m bench.grammar [HOW MANY]`.

Each is held against a second, hand-written reading of the rule. Prints how many passed, and the slowest refusal of
64 KB of rubbish.
"""

import random
import sys
import time

from compounder.domain.errors import CompoundingError, NotANumber
from compounder.domain.units import MASS, parse_number, parse_quantity

HOW_MANY = 10_000_000
LETTERS = "0123456789" * 3 + "..," + "eE+-_ '/\\\t\n\x00\u00a0\u2009xXoObBaAnNiIfF%µmgkL½²Ⅷ٠١२৩４．٫，−"
DIGITS, POINT = frozenset("0123456789"), "."
MOST_BEFORE, MOST_AFTER = 7, 6


def is_allowed(text: str) -> bool:
    """The rule, letter by letter: no more than seven digits, no needless zero, a point only between digits."""
    whole, point, part = text.partition(POINT)
    if not (1 <= len(whole) <= MOST_BEFORE and set(whole) <= DIGITS and (whole == "0" or whole[0] != "0")):
        return False
    return set(part) <= DIGITS and 1 <= len(part) <= MOST_AFTER if point else not part


def is_read(text: str) -> bool:
    """Whether the package takes the text for a number."""
    try:
        parse_number(text)
    except NotANumber:
        return False
    return True


def fuzz(how_many: int, seed: int) -> tuple[int, list[str]]:
    """How many of `how_many` random strings were read, and every string on which the two rules disagree."""
    chance, read, strays = random.Random(seed), 0, []
    for _ in range(how_many):
        text = "".join(chance.choices(LETTERS, k=chance.randint(0, 16)))
        found = is_read(text)
        read += found
        if found != is_allowed(text):
            strays.append(text)
    return read, strays


def slowest_refusal() -> float:
    """The most milliseconds that 64 KB of rubbish took to be refused."""
    worst = 0.0
    for letter in "0 9.x١\u00a0":
        began = time.perf_counter()
        try:
            parse_quantity(letter * 65_536, MASS)
        except CompoundingError as refusal:
            str(refusal)
        worst = max(worst, time.perf_counter() - began)
    return worst * 1_000


def main() -> None:
    """Prints the result; ends with status 1 if a string got past the grammar."""
    how_many = int(sys.argv[1]) if len(sys.argv) > 1 else HOW_MANY
    read, strays = fuzz(how_many, seed=1)
    print(f"{how_many:,} strings: {read:,} are numbers, {len(strays):,} read wrongly {strays[:5]}")
    print(f"64 KB of rubbish refused within {slowest_refusal():.3f} ms   target ≤ 50 ms")
    sys.exit(bool(strays))


if __name__ == "__main__":
    main()
