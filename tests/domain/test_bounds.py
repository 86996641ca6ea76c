"""What no figure can be: refused at its own field, with what was read and what is accepted; the bounds are accepted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, make_dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

import pytest

from compounder.domain.bounds import (
    ASSAY,
    Between,
    Quantities,
    dimension_of,
    require_alike,
    require_count,
    require_day,
    require_length,
    require_percent,
    require_possible,
    require_reason,
    require_text,
)
from compounder.domain.errors import MissingKey, NotAccepted, OutOfBounds
from compounder.domain.quantities import registry
from compounder.domain.units import DENSITY, MASS, Density, Dimension, Mass, Ratio, mg, mg_per_mL, mL, of

HALF_TO_TWICE = Between(Decimal("0.5"), Decimal(2))
Require = Callable[[str], None]
OUTSIDE: list[tuple[Require, str]] = [
    (partial(require_percent, Decimal("0.499"), ASSAY), "49.9 % was read; 50 % to 110 %"),
    (partial(require_percent, Decimal("1.101"), ASSAY), "110.1 % was read; 50 % to 110 %"),
    (partial(require_day, date(1899, 12, 31)), "1899-12-31 was read; 1900-01-01 to 2200-12-31"),
    (partial(require_day, date(2201, 1, 1)), "2201-01-01 was read; 1900-01-01 to 2200-12-31"),
    (partial(require_text, " ", 5), '" " was read; a text of 1 to 5 printable letters'),
    (partial(require_text, "ABCDEF", 5), '"ABCDEF" was read; a text of 1 to 5 printable letters'),
    (partial(require_text, "A\nB", 5), '"A�B" was read; a text of 1 to 5 printable letters'),
    (partial(require_count, 999, 1000, 2000), "999 was read; 1,000 to 2,000"),
    (partial(require_count, 2001, 1000, 2000), "2,001 was read; 1,000 to 2,000"),
    (partial(require_length, (), 2000), "A list of 0 was read; 1 to 2,000"),
    (partial(require_length, range(2001), 2000), "A list of 2,001 was read; 1 to 2,000"),
    (partial(require_possible, of(0, mg), MASS, may_be_zero=False), "0 mg was read; above 0 to 1,000,000,000 mg"),
    (partial(require_possible, of(-1, mg), MASS, may_be_zero=True), "-1 mg was read; 0 to 1,000,000,000 mg"),
    (
        partial(require_possible, of(1_000_000_001, mg), MASS, may_be_zero=True),
        "1,000,000,001 mg was read; 0 to 1,000,000,000 mg",
    ),
    (
        partial(require_possible, of(30_001, mg_per_mL), DENSITY, may_be_zero=False),
        "30.001 g/mL was read; above 0 to 30 g/mL",
    ),
    (
        partial(require_alike, [of(24, mg), of(30, mg), of(30, mg)], of(20, mg), HALF_TO_TWICE, "weights"),
        "24 mg among these weights was read; 25 mg to 40 mg",
    ),
]
INSIDE: list[Require] = [
    *(partial(require_percent, share, ASSAY) for share in (Decimal("0.5"), Decimal("1.1"))),
    *(partial(require_day, day) for day in (date(1900, 1, 1), date(2200, 12, 31))),
    *(partial(require_text, text, 5) for text in ("A", "ABCDE")),
    *(partial(require_count, count, 1000, 2000) for count in (1000, 2000)),
    *(partial(require_length, range(length), 2000) for length in (1, 2000)),
    *(partial(require_possible, of(most, mg), MASS, may_be_zero=False) for most in (Decimal("1E-9"), 1_000_000_000)),
    partial(require_possible, of(0, mg), MASS, may_be_zero=True),
    *(
        partial(require_alike, [of(slip, mg), of(30, mg), of(30, mg)], of(20, mg), HALF_TO_TWICE, "weights")
        for slip in (25, 40)
    ),
]


@pytest.mark.parametrize(("require", "sentence"), OUTSIDE, ids=[sentence for _, sentence in OUTSIDE])
def test_a_figure_outside_its_bounds_is_refused_at_its_field(require: Require, sentence: str) -> None:
    with pytest.raises((OutOfBounds, NotAccepted)) as refused:
        require("figure")
    assert str(refused.value) == f"{sentence} is accepted."
    assert vars(refused.value)["field_name"] == "figure"


@pytest.mark.parametrize("require", INSIDE)
def test_a_figure_at_its_bound_is_accepted(require: Require) -> None:
    require("figure")


def test_a_reason_that_says_nothing_is_missing() -> None:
    require_reason("spilt")
    with pytest.raises(MissingKey) as refused:
        require_reason(" \n")
    assert (refused.value.missing, refused.value.field_name) == ("reason", "reason")


@dataclass(frozen=True)
class Jar(Quantities):
    """A value with a quantity at every place where one can stand."""

    may_be_zero: ClassVar[frozenset[str]] = frozenset({"tare"})
    content: Mass
    tare: Mass
    label: str = "A"
    lid: Mass | None = None
    samples: tuple[Mass, ...] = ()
    densities: Mapping[str, Density] = field(default_factory=dict)


def test_a_quantity_is_accepted_at_each_place() -> None:
    density = of(850, mg_per_mL)
    jar = Jar(of(1_000_000_000, mg), of(0, mg), lid=of(3, mg), samples=(of(1, mg),) * 2, densities={"tapped": density})
    assert jar.densities["tapped"] == density


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        ("content", of(0, mg), "0 mg was read; above 0 to 1,000,000,000 mg"),
        ("tare", of(-1, mg), "-1 mg was read; 0 to 1,000,000,000 mg"),
        ("lid", of(0, mg), "0 mg was read; above 0 to 1,000,000,000 mg"),
        ("samples", (of(1, mg), of(0, mg)), "0 mg was read; above 0 to 1,000,000,000 mg"),
        ("densities", {"tapped": of(0, mg_per_mL)}, "0 g/mL was read; above 0 to 30 g/mL"),
        ("content", of(1, mL), '"1 milliliter" was read; a mass'),
        ("content", of(Decimal("NaN"), mg), '"NaN milligram" was read; a mass'),
        ("content", registry.Quantity(0.5, mg), '"0.5 milligram" was read; a mass'),
        ("lid", Decimal(3), '"3" was read; a mass'),
        ("densities", {"tapped": of(1, mg)}, '"1 milligram" was read; a density'),
    ],
)
def test_an_impossible_quantity_is_refused_at_its_place(place: str, value: Any, sentence: str) -> None:
    with pytest.raises((OutOfBounds, NotAccepted)) as refused:
        Jar(**({"content": of(1, mg), "tare": of(0, mg)} | {place: value}))
    assert str(refused.value) == f"{sentence} is accepted."
    assert vars(refused.value)["field_name"] == place


def test_a_new_kind_of_value_is_checked_from_the_first_on() -> None:
    bottle = make_dataclass("Bottle", [("label", str), ("content", Mass)], bases=(Quantities,))
    assert bottle("A", of(1, mg)).content == of(1, mg)
    with pytest.raises(OutOfBounds, match="0 mg was read"):
        bottle("A", of(0, mg))


@pytest.mark.parametrize(
    ("hint", "dimension"),
    [
        (Mass, MASS),
        (Mass | None, MASS),
        (tuple[Mass, ...], MASS),
        (Mapping[str, Density], DENSITY),
        (Mapping[str, tuple[Density, ...]] | None, DENSITY),
        (Ratio, None),
        (str | None, None),
    ],
    ids=str,
)
def test_a_hint_names_its_dimension_wherever_it_stands(hint: Any, dimension: Dimension | None) -> None:
    assert dimension_of(hint) is dimension
