"""What holds of every order: scaling, mass balance, spelling of units, potency, windows, rounding."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from compounder.domain.batch.weighing import geometric_dilution
from compounder.domain.errors import NotANumber
from compounder.domain.units import (
    MASS,
    READING,
    digits,
    kept_quantity,
    parse_mass,
    parse_number,
    parse_quantity,
    quantity_text,
    with_commas,
)
from tests.domain.orders import Document, a_balance, an_active, an_order, planned

EXACT = Decimal("1e-12")
strengths = st.decimals(min_value="0.1", max_value="100", places=3)
counts = st.integers(1, 100_000)
percents = st.decimals(min_value=80, max_value=105, places=2)
steps = st.sampled_from(["0.1 mg", "1 mg", "0.001 g", "0.01 g", "5 mg", "10 mcg", "0.5 mg", "0.0001 g"])
plain = st.from_regex(r"(?:0|[1-9][0-9]{0,6})(?:\.[0-9]{1,6})?", fullmatch=True)


def mg(text: str) -> Decimal:
    """The milligrams in a document's quantity."""
    return Decimal(kept_quantity(text, MASS).magnitude)


def plan(strength: Decimal, capsules: int, **changes: Any) -> Document:
    """The one batch of an order."""
    (batch,) = planned(an_order(f"{digits(strength)} mg", capsules, **changes))
    return batch


@given(strengths, st.integers(1, 1_000), st.integers(2, 100))
def test_so_many_times_the_capsules_take_so_many_times_the_mass(strength: Decimal, capsules: int, times: int) -> None:
    one, many = plan(strength, capsules), plan(strength, capsules * times)
    for single, multiple in zip(one["weighings"], many["weighings"], strict=True):
        assert abs(mg(single["exact"]) * times - mg(multiple["exact"])) <= EXACT * mg(multiple["exact"])


@given(strengths, counts, percents, steps)
def test_masses_balance(strength: Decimal, capsules: int, assay: Decimal, step: str) -> None:
    batch = plan(strength, capsules, active=an_active(assay_percent=str(assay)), balances=[a_balance(readability=step)])
    active, filler, fill = (mg(batch[f"{part}_per_capsule"]) for part in ("active", "filler", "fill"))
    assert abs(active + filler - fill) <= EXACT * fill
    for weighing, per_capsule in zip(batch["weighings"], (active, filler), strict=True):
        exact = mg(weighing["exact"])
        assert abs(per_capsule * batch["capsules_to_make"] - exact) <= EXACT * exact
        assert abs(mg(weighing["to_weigh"]) - exact - mg(weighing["residual"])) <= EXACT * exact
        assert abs(mg(weighing["residual"])) <= mg(step) / 2
        assert mg(weighing["to_weigh"]) % mg(step) == 0


@given(strengths, counts, steps, st.sampled_from(["0.1", "1", "5"]))
def test_every_reading_in_the_window_is_in_tolerance(strength: Decimal, capsules: int, step: str, percent: str) -> None:
    batch = plan(strength, capsules, balances=[a_balance(readability=step)], weighing_tolerance_percent=percent)
    for weighing in batch["weighings"]:
        exact, reading, tolerance = mg(weighing["exact"]), mg(weighing["to_weigh"]), Decimal(percent) / 100
        first, last = mg(weighing["accept_from"]), mg(weighing["accept_to"])
        assert first <= reading <= last
        for end in {first, last} - {reading}:
            assert abs(end - exact) <= exact * (tolerance + EXACT)
        assert first - mg(step) < exact * (1 - tolerance + EXACT)
        assert last + mg(step) > exact * (1 + tolerance - EXACT)


@given(st.integers(1, 6_000), counts)
def test_the_spelling_of_a_unit_changes_nothing(micrograms: int, capsules: int) -> None:
    spelled = [
        f"{micrograms} mcg",
        f"{digits(Decimal(micrograms) / 1000)} mg",
        f"{digits(Decimal(micrograms) / 10**6)} g",
    ]
    first, *others = (planned(an_order(text, capsules)) for text in spelled)
    assert others == [first, first]


@given(strengths, st.tuples(percents, percents))
def test_a_more_potent_powder_is_weighed_in_smaller_mass(strength: Decimal, assays: tuple[Decimal, Decimal]) -> None:
    weaker, stronger = sorted(assays)
    more, less = (plan(strength, 100, active=an_active(assay_percent=str(assay))) for assay in (weaker, stronger))
    assert mg(more["active_per_capsule"]) >= mg(less["active_per_capsule"])
    assert mg(more["filler_per_capsule"]) <= mg(less["filler_per_capsule"])
    assert (weaker < stronger) == (mg(more["active_per_capsule"]) > mg(less["active_per_capsule"]))


@given(strengths, counts, st.lists(steps, min_size=1, max_size=4))
def test_the_balance_named_admits_the_mass_or_none_does(strength: Decimal, capsules: int, found: list[str]) -> None:
    balances = [a_balance(name=f"B{number}", readability=step) for number, step in enumerate(found)]
    batch = plan(strength, capsules, balances=balances)
    stops = [finding for finding in batch["findings"] if finding["code"] == "below-minimum-weighable"]
    below = [each for each in batch["weighings"] if mg(each["to_weigh"]) < mg(each["minimum_weighable"])]
    assert len(stops) == len(below)


@given(st.integers(0, 9_999_999), st.integers(0, 9_999_999))
def test_doublings_sum_to_all_of_the_filler(active: int, filler: int) -> None:
    first, whole = parse_mass(f"{active} mcg"), parse_mass(f"{filler} mg")
    portions = geometric_dilution(first, whole)
    assert sum((portion.magnitude for portion in portions), Decimal(0)) == whole.magnitude
    assert all(after.magnitude == 2 * before.magnitude for before, after in pairwise(portions[:-1]))
    assert not portions or not active or portions[0].magnitude <= first.magnitude
    assert len(portions) < 2 or portions[-1].magnitude <= 2 * portions[-2].magnitude


@given(plain)
def test_whatever_the_grammar_allows_is_read_exactly(text: str) -> None:
    number = parse_number(text)
    assert f"{number:f}" == text
    assert "E" not in quantity_text(parse_quantity(f"{text} g", READING), READING)


@given(st.text(max_size=20))
def test_whatever_the_grammar_does_not_allow_is_refused(text: str) -> None:
    try:
        number = parse_number(text)
    except NotANumber:
        return
    assert set(text) <= set("0123456789.")
    assert 0 <= number < 10**7


@given(st.decimals(min_value=0, max_value=10**12, places=3))
def test_commas_change_no_digit(number: Decimal) -> None:
    text = f"{number:f} mg"
    assert with_commas(text).replace(",", "") == text
