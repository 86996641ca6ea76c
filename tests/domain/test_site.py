"""A site's settings: what each may be at its ends, what is refused beyond them, and whose days are counted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from compounder.domain.batch.source import TriturationRatio
from compounder.domain.site import Pharmacy, SiteSettings
from compounder.domain.stock.equipment import ElectronicBalance
from compounder.domain.units import DENSITY, READING, mg, of, parse_mass, parse_quantity
from tests.domain.refused import refused

SETTINGS = SiteSettings(
    version=1,
    pharmacy=Pharmacy(name="Example Pharmacy", address="1 Example Street", telephone="555 0100"),
    letter="A",
    time_zone="Europe/Berlin",
    reason="First settings",
)


def ratios(number: int) -> tuple[TriturationRatio, ...]:
    """So many of them."""
    return tuple(map(TriturationRatio, range(2, 2 + number)))


def balances(*names: str) -> tuple[ElectronicBalance, ...]:
    """A fine balance of each name."""
    reading, scatter = parse_quantity("0.1 mg", READING), parse_mass("0.1 mg")
    return tuple(ElectronicBalance(name=name, readability=reading, repeatability=scatter) for name in names)


# field, what just is taken, what just is not and how it is named, what the sentence says is accepted
BOUNDS: list[tuple[str, Sequence[Any], Sequence[tuple[Any, str]], str]] = [
    ("day_of_compounding", (0, 1), [(-1, "-1"), (2, "2")], "0 to 1"),
    ("letter", "AMZ", [(text, f'"{text}"') for text in ("", "AB", "@", "[", "a", "Ä")], "one letter, A to Z,"),
    (
        "time_zone",
        ("UTC", "America/Chicago"),
        [("Berlin", '"Berlin"'), ("europe/berlin", '"europe/berlin"'), ("", '""')],
        "a zone such as Europe/Berlin",
    ),
    (
        "balances",
        ((), balances("B1", "B2")),
        [(balances("B1", "B2", "B1"), '"B1 twice"')],
        "each name of a balance once",
    ),
    (
        "trituration_ratios",
        (ratios(1), ratios(20)),
        [((), "A list of 0"), (ratios(21), "A list of 21")],
        "1 to 20",
    ),
    (
        "uncertainty_target",
        (Decimal("0.0001"), Decimal("0.5")),
        [(Decimal("0.00009"), "0.009 %"), (Decimal("0.501"), "50.1 %")],
        "0.01 % to 50 %",
    ),
    (
        "trituration_excess",
        (Decimal(0), Decimal("0.5")),
        [(Decimal("-0.001"), "-0.1 %"), (Decimal("0.501"), "50.1 %")],
        "0 % to 50 %",
    ),
    ("tapped_densities", [{}], [({"lactose": of(450, mg)}, '"450 milligram"')], DENSITY.name),
    ("patients_kept_years", (2, 100), [(1, "1"), (101, "101")], "2 to 100"),
    (
        "gs1_prefix",
        ("", "9521234"),
        [("952123", '"952123"'), ("2123456", '"2123456"')],
        "a GS1 company prefix of 7 to 10 digits, as GS1 gave it to the pharmacy,",
    ),
]


@pytest.mark.parametrize(("field", "taken", "beyond", "accepted"), BOUNDS, ids=[field for field, *_ in BOUNDS])
def test_a_setting_is_taken_to_its_ends_and_refused_beyond_at_its_field(
    field: str, taken: Sequence[Any], beyond: Sequence[tuple[Any, str]], accepted: str
) -> None:
    assert [getattr(replace(SETTINGS, **{field: value}), field) for value in taken] == list(taken)
    for value, read in beyond:
        assert refused(SETTINGS, **{field: value}) == (field, f"{read} was read; {accepted} is accepted.")


@pytest.mark.parametrize("reason", ["", " "])
def test_settings_say_why_they_came(reason: str) -> None:
    assert refused(SETTINGS, reason=reason) == ("", '"reason" is missing; it is needed here.')


def test_a_day_is_the_pharmacys_own() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert late.astimezone(SETTINGS.zone).date() == date(2026, 11, 23)
    assert late.astimezone(replace(SETTINGS, time_zone="America/Chicago").zone).date() == date(2026, 11, 22)
