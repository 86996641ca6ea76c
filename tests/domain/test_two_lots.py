"""Two lots in one weighing: what the first lacks comes from the second by potency; every printed line adds up."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compounder.codec.converter import read
from compounder.domain.batch.figures import dose_of, groundwork
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.preparing import prepare
from compounder.domain.units import MASS, quantity_text
from compounder.services.calculations import calculate
from tests.domain.orders import Document, an_active, an_order
from tests.domain.small_masses import EXACT, in_mg, is_near

LINES: list[Document] = [{"strength": text, "capsules": 100} for text in ("1.5 mg", "3 mg", "4.5 mg")]


def with_second(first_gives: str, second: Document, **changes: Any) -> Document:
    return an_order(strengths=LINES, next_active={"powder": second, "first_gives": first_gives}, **changes)


def batches_of(order: Document) -> list[Document]:
    return list(calculate(order)["batches"])


def masses(batch: Document) -> dict[str, Decimal]:
    return {weighing["role"]: in_mg(weighing["exact"]) for weighing in batch["weighings"]}


def test_the_strengths_draw_on_the_first_lot_until_it_is_empty() -> None:
    found = batches_of(with_second("300 mg", an_active(assay_percent="80")))
    roles = [[weighing["role"] for weighing in batch["weighings"]] for batch in found]
    assert roles == [["active", "filler"], ["active", "next-active", "filler"], ["next-active", "filler"]]
    assert masses(found[1]) | {"filler": None} == {
        "active": Decimal(150),
        "next-active": Decimal("187.5"),
        "filler": None,
    }
    assert masses(found[2])["next-active"] == Decimal("562.5")


@settings(max_examples=40)
@given(
    st.integers(1, 1_200),
    st.tuples(st.integers(80, 102), st.integers(80, 102)),
    st.sampled_from((("180 mg", "180 mg"), ("180 mg", "150 mg"), ("90 mg", "200 mg"))),
    st.sampled_from((None, "110 mg")),
)
def test_two_lots_give_the_drug_that_one_would(
    left: int, assays: tuple[int, int], statistics: tuple[str, str], fixed: str | None
) -> None:
    first, second = (
        an_active(assay_percent=str(assay), pack_statistics={"3": statistic})
        for assay, statistic in zip(assays, statistics, strict=True)
    )
    found = batches_of(with_second(f"{left} mg", second, active=first, fill_per_capsule=fixed))
    for batch, line in zip(found, LINES, strict=True):
        weighed = masses(batch)
        drawn = [weighed.get("active", Decimal(0)), weighed.get("next-active", Decimal(0))]
        drug = sum((mass * assay / 100 for mass, assay in zip(drawn, assays, strict=True)), Decimal(0))
        assert is_near(drug, in_mg(line["strength"]) * 100)
        room = sum((mass / in_mg(each) for mass, each in zip(drawn, statistics, strict=True)), Decimal(0)) / 100
        filler = in_mg(fixed) * 100 - sum(drawn) if fixed else in_mg("120 mg") * (1 - room) * 100
        assert is_near(weighed["filler"], filler)
        assert is_near(in_mg(batch["fill_per_capsule"]) * 100, sum(weighed.values(), Decimal(0)))
    from_the_first = sum((masses(batch).get("active", Decimal(0)) for batch in found), Decimal(0))
    assert from_the_first <= left * (1 + EXACT)


def test_two_lots_of_equal_potency_and_packing_make_the_capsules_of_one() -> None:
    one, both = batches_of(an_order(strengths=LINES)), batches_of(with_second("300 mg", an_active()))
    for single, shared in zip(one, both, strict=True):
        for figure in ("active_per_capsule", "filler_per_capsule", "fill_per_capsule", "capsule_size"):
            assert single[figure] == shared[figure]


def test_every_line_of_a_batch_of_two_lots_gives_its_result() -> None:
    second = an_active(assay_percent="95", pack_statistics={"3": "150 mg"})
    batch = batches_of(with_second("300 mg", second, active=an_active(assay_percent="99")))[1]
    lines = {line["label"]: (line["with"], line["result"]) for line in batch["derivation"]}
    assert lines["Potency"] == ("0.99", "0.99")
    assert lines["Potency of the second lot"] == ("0.95", "0.95")
    assert lines["Drug powder for all capsules, of the first lot alone"] == ("3.0303030303 mg × 100", "303.03030303 mg")
    assert lines["Drug from the second lot"] == (
        "(303.03030303 mg − 148.484848485 mg) × 0.99 ÷ 0.95",
        "161.052631579 mg",
    )
    assert lines["Room the drug takes"] == ("0.00824915824916 + 0.0107368421053", "0.0189860003544")
    assert lines["Filler per capsule"] == ("120 mg × (1 − 0.0189860003544)", "117.721679957 mg")


def test_a_batch_of_the_second_lot_alone_is_derived_from_its_own_certificate() -> None:
    first = an_active(assay_percent="99", assay_basis="anhydrous", water_percent="2")
    of_the_first, of_both, batch = batches_of(with_second("300 mg", an_active(assay_percent="95"), active=first))
    for each in (of_the_first, of_both):
        assert each["derivation"][0]["formula"] == "assay × (1 − water)"
    potency = batch["derivation"][0]
    assert (potency["formula"], potency["with"], potency["result"]) == ("assay", "0.95", "0.95")
    assert potency["source"] == "certificate of analysis, as-is basis"


def test_a_batch_of_the_second_lot_alone_is_dated_by_what_is_in_it() -> None:
    (*_, batch) = batches_of(with_second("1 mg", an_active(expires_on="2028-01-31")))
    dates = batch["derivation"][-1]["with"]
    assert dates == "21 Nov 2026 + 180 days − 1 = 19 May 2027; 31 Jan 2028; 31 Jan 2029"


def test_the_uncertainty_of_two_lots_is_of_the_drug_with_its_overage() -> None:
    """5 % more than 450 mg is 472.5 mg, of which each weighing is uncertain by 0.1 mg."""
    following = {"powder": an_active(), "first_gives": "200 mg"}
    (batch,) = batches_of(an_order(active_overage_percent="5", next_active=following))
    budget = [(each["term"], each["percent"][:8]) for each in batch["uncertainty"]["budget"]]
    assert budget == [
        ("naltrexone hydrochloride", "0.021164"),
        ("naltrexone hydrochloride, second lot", "0.021164"),
    ]


def test_the_second_lots_expiry_limits_the_beyond_use_date() -> None:
    found = batches_of(with_second("300 mg", an_active(expires_on="2027-01-31")))
    last_days = [
        (batch["weighings"][0]["role"], batch["weighings"][1]["role"], batch["beyond_use_date"]) for batch in found
    ]
    assert last_days == [
        ("active", "filler", "2027-05-19"),
        ("active", "next-active", "2027-01-31"),
        ("next-active", "filler", "2027-01-31"),
    ]
    assert found[1]["beyond_use_limit"] == "expiry of the second lot of naltrexone hydrochloride"


def test_a_lot_that_holds_none_of_the_second_keeps_the_firsts_date_and_the_reverse() -> None:
    first = an_active(expires_on="2027-01-31")
    found = batches_of(with_second("300 mg", an_active(), active=first))
    assert [batch["beyond_use_date"] for batch in found] == ["2027-01-31", "2027-01-31", "2027-05-19"]


@pytest.mark.parametrize(
    ("strength", "left", "drawn"),
    [
        ("4.5 mg", "450 mg", ["450 mg"]),
        ("4.5 mg", "449.999999 mg", ["434 mg", "20 mg"]),
        ("4.5 mg", "440 mg", ["434 mg", "20 mg"]),
        ("4.5 mg", "434 mg", ["434 mg", "20 mg"]),
        ("4.5 mg", "430 mg", ["430 mg", "25 mg"]),
        ("0.36 mg", "30 mg", ["20 mg", "20 mg"]),
        ("0.35 mg", "30 mg", ["30 mg", "6.25 mg"]),
    ],
)
def test_so_much_is_left_in_the_first_lot_that_what_the_second_adds_can_be_weighed(
    strength: str, left: str, drawn: list[str]
) -> None:
    """From 20 mg on: of a second lot of 80 % that does what 16 mg of the first would."""
    following = {"powder": an_active(assay_percent="80"), "first_gives": left}
    ground = groundwork(read(an_order(strength, 100, next_active=following), BatchOrder))
    (figures,) = prepare(ground, [dose_of(ground, 0)]).batches
    weighings = figures.weighings[:-1]
    assert [quantity_text(each.exact, MASS) for each in weighings] == drawn
    assert figures.dose.drug == sum((each.exact for each in weighings[1:]), weighings[0].exact)
