"""Slips of the keyboard in one figure: what then stands in the field.

`chance` chooses which figure of a list, which digit, which unit, and how far a point moves. Where there is nothing to
slip on, as in a figure without a point, the text stays as it was.
"""

import random
import re
from collections.abc import Callable, Mapping

Slipping = Callable[[str, random.Random], str]
_FIGURE = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_DIGITS = re.compile(r"[0-9]")
_UNIT = re.compile(r"(?<= )(mcg|mg|g|kg)\b")
PLACES = (-3, -2, -1, 1, 2, 3)
KEYBOARD = "1234567890"
UNITS = ("mcg", "mg", "g", "kg")


def digit_doubled(text: str, chance: random.Random) -> str:
    """A key bounces: 1.5 is 11.5."""
    at = _a_digit(text, chance)
    return text[: at + 1] + text[at:]


def digit_dropped(text: str, chance: random.Random) -> str:
    """A key is missed: 120 is 10; a figure is at least begun."""
    at = _a_digit(text, chance)
    return text[:at] + text[at + 1 :]


def digits_swapped(text: str, chance: random.Random) -> str:
    """Two keys in the wrong sequence: 99.2 is 92.9, and 1.5 is 5.1."""
    first, *others = _places(text)
    if not others:
        return text
    at = chance.randrange(len(others))
    one, other = ([first, *others])[at], others[at]
    return text[:one] + text[other] + text[one + 1 : other] + text[one] + text[other + 1 :]


def wrong_key(text: str, chance: random.Random) -> str:
    """The key beside: 1.5 is 2.5."""
    at = _a_digit(text, chance)
    beside = [
        KEYBOARD[place] for place in (KEYBOARD.index(text[at]) + step for step in (-1, 1)) if 0 <= place < len(KEYBOARD)
    ]
    return text[:at] + chance.choice(beside) + text[at + 1 :]


def point_moved(text: str, chance: random.Random) -> str:
    """The point stands elsewhere: ten, a hundred, a thousand times more or less."""
    return times_ten(text, chance.choice(PLACES))


def point_lost(text: str, chance: random.Random) -> str:
    """The point is not typed: 1.5 is 15."""
    return text.replace(".", "", 1)


def point_doubled(text: str, chance: random.Random) -> str:
    """The point bounces: 1..5."""
    return text.replace(".", "..", 1)


def comma_for_point(text: str, chance: random.Random) -> str:
    """The comma of another keyboard: 1,5."""
    return text.replace(".", ",", 1)


def unit_swapped(text: str, chance: random.Random) -> str:
    """Another unit of mass: 1.5 g."""
    found = _UNIT.search(text)
    if not found:
        return text
    others = [unit for unit in UNITS if unit != found[0]]
    return text[: found.start()] + chance.choice(others) + text[found.end() :]


def times_ten(text: str, places: int) -> str:
    """The figure with its point so many places further to the right, as people write it."""
    whole, _, part = text.partition(".")
    digits, point = whole + part, len(whole) + places
    digits, point = ("0" * (1 - point) + digits, 1) if point < 1 else (digits.ljust(point, "0"), point)
    before, after = digits[:point].lstrip("0") or "0", digits[point:].rstrip("0")
    return f"{before}.{after}" if after else before


def in_one_figure(slip: Slipping) -> Slipping:
    """The slip in one of the text's figures; a figure before a colon is a capsule size."""

    def slipped(text: str, chance: random.Random) -> str:
        figures = list(_FIGURE.finditer(text, text.find(":") + 1))
        one = chance.choice(figures)
        return text[: one.start()] + slip(one[0], chance) + text[one.end() :]

    return slipped


def _a_digit(text: str, chance: random.Random) -> int:
    return chance.choice(_places(text))


def _places(text: str) -> list[int]:
    return [found.start() for found in _DIGITS.finditer(text)]


KEYS: Mapping[str, Slipping] = {
    "a digit doubled": in_one_figure(digit_doubled),
    "a digit dropped": in_one_figure(digit_dropped),
    "digits swapped": in_one_figure(digits_swapped),
    "a wrong key": in_one_figure(wrong_key),
    "a point moved": in_one_figure(point_moved),
    "a point lost": in_one_figure(point_lost),
    "a point doubled": in_one_figure(point_doubled),
    "a comma for a point": in_one_figure(comma_for_point),
    "a unit swapped": unit_swapped,
}
