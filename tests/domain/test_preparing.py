"""An order prepared: each strength drawn from the last trituration made for it, and told what would help it."""

from typing import Any

import pytest

from compounder.codec.converter import read
from compounder.domain.batch.figures import dose_of, groundwork
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.preparing import Prepared, prepare
from compounder.domain.errors import CompoundingError
from compounder.domain.units import MASS, quantity_text
from tests.domain.orders import Document, an_active, an_order

STOCK: Document = {"name": "T1", "active_fraction": "0.1", "expires_on": "2027-01-31"}
TABLETS: Document = {"tablet_strength": "50 mg", "mean_tablet_mass": "140 mg"}


def prepared(*strengths: tuple[str, int], **changes: Any) -> Prepared:
    lines = [{"strength": strength, "capsules": capsules} for strength, capsules in strengths]
    ground = groundwork(read(an_order(strengths=lines, **changes), BatchOrder))
    return prepare(ground, [dose_of(ground, index) for index in range(len(lines))])


def refused(*strengths: tuple[str, int], **changes: Any) -> tuple[str, str]:
    with pytest.raises(CompoundingError) as refusal:
        prepared(*strengths, **changes)
    return refusal.value.pointer, str(refusal.value)


def test_each_batch_that_nothing_weighs_is_told_what_would_help_it() -> None:
    """A capsule of 15 mg holds nothing that a balance from 20 mg weighs, however it is diluted."""
    found = prepared(("4.5 mg", 100), ("0.5 mg", 1), trituration="when-needed", fill_per_capsule="15 mg")
    advice = [each.advice for each in found.batches]
    assert advice[0] == ""
    assert "capsules or a balance that weighs from" in advice[1]


def test_every_batch_draws_on_the_last_stage_of_its_own_chain() -> None:
    """1 mg through 1:10 is 10 mg, and the balance weighs from 20 mg: twice 1:10 it is 100 mg. 2 mg is 20 mg at once."""
    changes: Document = {"trituration": "each", "ratios": ["1:10"], "uncertainty_target_percent": "5"}
    found = prepared(("0.1 mg", 10), ("0.2 mg", 10), **changes)
    assert [(each.name, each.made_from) for each in found.triturations] == [("T1", None), ("T2", "T1"), ("T3", None)]
    drawn = [(each.weighings[0].trituration, quantity_text(each.weighings[0].exact, MASS)) for each in found.batches]
    assert drawn == [("T2", "100 mg"), ("T3", "20 mg")]
    assert [each.name for each in found.alternatives] == ["a trituration for each batch"]


def test_a_trituration_in_stock_is_diluted_by_what_its_own_diluent_leaves_of_the_filler() -> None:
    """100 mg of drug in 1,000 mg of it; of 1,100 mg of filler 900 are in that already; 1:2 brings 1,000 more."""
    changes: Document = {"source": STOCK, "fill_per_capsule": "12 mg", "trituration": "each", "ratios": ["1:2"]}
    pointer, sentence = refused(("1 mg", 100), **changes)
    assert pointer == "/ratios"
    assert sentence.startswith("A 1:2 aliquot brings 1,000.0 mg of diluent to 1 mg; its capsules take 200.0 mg of")


def test_tablets_are_crushed_whole_for_a_trituration_too() -> None:
    """10 mg of drug is 28 mg of tablets of 140 mg that hold 50 mg, so that one is crushed, for the trituration."""
    found = prepared(("0.1 mg", 100), source=TABLETS, fill_per_capsule="120 mg", trituration="each", ratios=["1:10"])
    (made,) = found.triturations
    assert [(each.ingredient, each.tablets) for each in made.weighings] == [
        ("naltrexone hydrochloride tablets, crushed", 1),
        ("microcrystalline cellulose", None),
    ]
    assert [each.tablets for each in found.batches[0].weighings] == [None, None]


@pytest.mark.parametrize("changes", [{"trituration": "each"}, {"trituration": "shared"}, {"source": STOCK}])
def test_a_second_lot_is_for_powder_that_is_weighed_as_it_is(changes: Document) -> None:
    following = {"powder": an_active(), "first_gives": "1 mg"}
    assert refused(("1 mg", 100), next_active=following, **changes) == (
        "/next_active",
        '"A second lot" was read; powder weighed directly is accepted.',
    )
