"""Readers that several forms share: one line, a name, lists of lines, quantities by name; and masses written back."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from compounder.domain.bounds import require_text
from compounder.domain.errors import NotAccepted
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.units import (
    DENSITY,
    MASS,
    MASS_PER_CAPSULE,
    Density,
    Dimension,
    Mass,
    MassPerCapsule,
    Quantity,
    digits,
    magnitude,
    parse_quantity,
    quantity_text,
)
from compounder.services.scanning import sought_lot
from compounder.web.fields import require_on_paper, sought, words
from compounder.web.workspace import today

Read = TypeVar("Read")
LONGEST_LINE = 200
LONGEST_NAME = 60
MOST_LINES = 60
LONGEST_SCAN = 200
ONE_GRAM = Decimal(1_000)
DECIMALS_READ = 6


def scanned(text: str) -> str:
    """What a scanner typed, GS1's separators with it; or a person."""
    if len(text) > LONGEST_SCAN or not text.replace("\x1d", "").isprintable():
        raise NotAccepted(read=text, accepted="the lot on the jar, scanned or typed")
    return text


def sought_by_lot(text: str) -> str:
    """The lot to look for, as it was typed, or as a scanned code names it."""
    return sought(sought_lot(scanned(text), today=today()))


def one_line(text: str) -> str:
    """Words on one line, at most 200 letters."""
    require_text(text, LONGEST_LINE, "")
    require_on_paper(text)
    return text


def on_one_line(text: str) -> str:
    """Words that may have been typed on several lines, on one."""
    return " ".join(words(text).split())


def person_name(text: str) -> str:
    """Somebody's name, at most 60 letters on one line."""
    require_text(text, LONGEST_NAME, "")
    require_on_paper(text)
    return text


def read_per_capsule(text: str) -> MassPerCapsule:
    """A strength or a pack statistic such as `1.5 mg`, per capsule."""
    return parse_quantity(text, MASS_PER_CAPSULE)


def read_density(text: str) -> Density:
    """A density such as `0.30 g/mL`."""
    return parse_quantity(text, DENSITY)


def lines_of(text: str) -> tuple[str, ...]:
    """The lines that have something on them."""
    lines = tuple(line.strip() for line in words(text).splitlines() if line.strip())
    if len(lines) > MOST_LINES:
        raise NotAccepted(read=f"{len(lines)} lines", accepted=f"a list of at most {MOST_LINES} lines")
    return lines


def each_line(read: Callable[[str], Read]) -> Callable[[str], tuple[Read, ...]]:
    """A reader of several lines, each read in the same way; empty lines are no lines."""

    def read_lines(text: str) -> tuple[Read, ...]:
        return tuple(read(line) for line in lines_of(text))

    return read_lines


def by_name(name: Callable[[str], Any], accepted: str, dimension: Dimension) -> Callable[[str], Mapping[Any, Quantity]]:
    """A reader of lines such as `3: 0.30 mL`, each name at most once; `accepted` is an example of such a line."""

    def read_line(line: str) -> tuple[Any, Quantity]:
        written, colon, figure = line.partition(":")
        try:
            key = name(written.strip())
        except ValueError:
            colon, key = "", None
        if not colon:
            raise NotAccepted(read=line, accepted=f"a line such as {accepted}")
        return key, parse_quantity(figure.strip(), dimension)

    def read_lines(text: str) -> Mapping[Any, Quantity]:
        found = [read_line(line) for line in lines_of(text)]
        if len(dict(found)) < len(found):
            raise NotAccepted(read=text, accepted="each name on one line only")
        return dict(found)

    return read_lines


def by_size(accepted: str, dimension: Dimension) -> Callable[[str], Mapping[CapsuleSize, Quantity]]:
    """A reader of lines such as `3: 0.30 mL`, by capsule size."""
    return by_name(CapsuleSize, accepted, dimension)


def largest_first(sizes: Iterable[CapsuleSize]) -> list[CapsuleSize]:
    """Capsule sizes as people list them: documents keep them in the order of their letters."""
    return sorted(sizes, key=list(CapsuleSize).index)


def written_by_size(quantities: Mapping[CapsuleSize, Quantity], dimension: Dimension) -> str:
    """Quantities as `by_size` reads them, the largest size first."""
    return "\n".join(f"{size}: {quantity_text(quantities[size], dimension)}" for size in largest_first(quantities))


def written_mass(mass: Mass) -> str:
    """A mass as people type it: in grams from one gram on, where six decimals hold it."""
    milligrams = magnitude(mass, MASS)
    grams = digits(milligrams.scaleb(-3))
    is_short = len(grams.partition(".")[2]) <= DECIMALS_READ
    return f"{grams} g" if milligrams >= ONE_GRAM and is_short else quantity_text(mass, MASS)
