"""A chain of triturations, line by line: what goes into each, from which jar, and what each carries to the capsules."""

from compounder.services.calculations import calculate
from tests.domain.orders import CELLULOSE, HYDROCHLORIDE, Document, an_order

STOCK = {"name": "260801A0017", "active_fraction": "0.05", "expires_on": "2027-01-31"}
OF_STOCK = {"term": "T0: drug", "percent": "0.5"}


def answer(**changes: object) -> Document:
    """Ten capsules of 0.1 mg, through 1:10."""
    return dict(calculate(an_order("0.1 mg", 10, trituration="each", ratios=["1:10"], **changes)))


def lines(part: Document) -> list[tuple[str, str, str, str | None]]:
    """Ingredient, role, mass and where an aliquot is taken from, of each weighing."""
    return [(each["ingredient"], each["role"], each["exact"], each["trituration"]) for each in part["weighings"]]


def test_each_stage_says_what_goes_in_and_from_which_jar() -> None:
    first, second = answer()["triturations"]
    assert lines(first) == [
        (HYDROCHLORIDE, "active", "25 mg", None),
        (CELLULOSE, "diluent", "225 mg", None),
    ]
    assert lines(second) == [("trituration T1", "aliquot", "30 mg", "T1"), (CELLULOSE, "diluent", "270 mg", None)]
    assert (first["made_from"], second["made_from"]) == (None, "T1")
    assert (second["geometric_dilution"], second["used_by"]) == (["30 mg", "60 mg", "120 mg", "60 mg"], ["0.1 mg"])


def test_a_batch_draws_on_the_last_stage() -> None:
    (batch,) = answer()["batches"]
    assert lines(batch) == [
        ("trituration T2", "aliquot", "100 mg", "T2"),
        (CELLULOSE, "filler", "1100.33333333333 mg", None),
    ]


def test_each_weighing_of_the_chain_is_named_in_the_budget() -> None:
    (batch,) = answer()["batches"]
    assert batch["uncertainty"]["budget"] == [
        {"term": f"T1: {HYDROCHLORIDE}", "percent": "0.36"},
        {"term": f"T1: {CELLULOSE}", "percent": "0.04"},
        {"term": "T2: trituration T1", "percent": "0.3"},
        {"term": f"T2: {CELLULOSE}", "percent": "0.0333333333333333"},
        {"term": "trituration T2", "percent": "0.1"},
    ]
    assert (batch["uncertainty"]["percent"], batch["uncertainty"]["coverage_factor"]) == ("0.963973259195733", 2)


def test_what_a_trituration_in_stock_carries_goes_on_to_what_is_made_of_it() -> None:
    found = answer(source=STOCK | {"budget": [OF_STOCK]})
    (made,) = found["triturations"]
    assert (made["made_from"], made["active_fraction"], made["budget"][0]) == ("260801A0017", "0.005", OF_STOCK)
    assert lines(made)[0] == ("trituration 260801A0017", "aliquot", "200 mg", "260801A0017")
    assert found["batches"][0]["uncertainty"]["budget"][0] == OF_STOCK
