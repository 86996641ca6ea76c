"""Choosing a size: the smallest that holds dose and filler; every size with its reason; statistics scaled."""

from typing import Any

import pytest

from tests.domain.orders import Document, a_filler, an_active, an_order, planned, refusals

ACTIVE = {"1": "300 mg", "2": "222 mg", "3": "180 mg", "4": "126 mg"}
FILLER = {"1": "200 mg", "2": "148 mg", "3": "120 mg", "4": "84 mg"}
DENSE: Document = {
    "active": an_active(pack_statistics=None, density="0.7 g/mL"),
    "filler": a_filler(pack_statistics=None, density="0.85 g/mL"),
}


def chosen(strength: str, **changes: Any) -> Document:
    """The batch of an order that leaves the size open, with statistics for sizes 1 to 4."""
    usual: Document = {"active": an_active(pack_statistics=ACTIVE), "filler": a_filler(pack_statistics=FILLER)}
    (batch,) = planned(an_order(strength, capsules=1_000) | {"capsule_size": None} | usual | changes)
    return batch


def reasons(batch: Document) -> dict[str, str]:
    """Why each size was taken or not."""
    return {each["size"]: each["reason"] for each in batch["sizes_considered"]}


def test_the_smallest_size_that_holds_the_dose_is_taken() -> None:
    sizes = [chosen(strength)["capsule_size"] for strength in ("4.5 mg", "125 mg", "130 mg", "200 mg", "290 mg")]
    assert sizes == ["4", "4", "3", "2", "1"]


def test_every_size_is_listed_with_its_reason() -> None:
    rules = {"capsule_sizes": ["3", "4", "2", "1", "0"], "minimum_filler_fraction": "0.1"}
    assert reasons(chosen("170 mg", formulation=rules)) == {
        "4": "overfilled by 35 %",
        "3": "leaves 5.6 % for filler, 10 % is the least",
        "2": "the smallest that holds the dose and enough filler",
        "1": "larger than needed",
        "0": "no pack statistic measured at this size",
    }


def test_exactly_the_least_filler_is_enough() -> None:
    rules = {"minimum_filler_fraction": "0.1"}
    assert chosen("113.4 mg", formulation=rules)["capsule_size"] == "4"
    assert chosen("113.401 mg", formulation=rules)["capsule_size"] == "3"


def test_a_size_the_formulation_does_not_allow_is_not_considered() -> None:
    batch = chosen("4.5 mg", formulation={"capsule_sizes": ["3", "2"]})
    assert (batch["capsule_size"], list(reasons(batch))) == ("3", ["3", "2"])


def test_a_dose_too_big_for_every_size_is_refused() -> None:
    order = an_order("301 mg", active=an_active(pack_statistics=ACTIVE), filler=a_filler(pack_statistics=FILLER))
    (refusal,) = refusals(order | {"capsule_size": None})
    assert str(refusal).startswith("A size 1 capsule does not hold 301 mg: overfilled by 0.34 %")


def test_a_size_is_never_chosen_by_an_estimate() -> None:
    batch = chosen("4.5 mg", filler=a_filler(pack_statistics={"3": "120 mg"}))
    assert (batch["capsule_size"], batch["estimates"]) == ("3", [])


def test_a_statistic_of_another_size_is_scaled_by_the_volumes_and_marked() -> None:
    (batch,) = planned(an_order(filler=a_filler(pack_statistics={"1": "200 mg"})))
    assert batch["filler_per_capsule"] == "117 mg"
    assert batch["estimates"] == [{"ingredient": "microcrystalline cellulose", "measured_at": "1"}]
    (line,) = (line for line in batch["derivation"] if "estimated" in line["label"])
    assert (line["with"], line["result"]) == ("200 mg × 0.3 mL ÷ 0.5 mL", "120 mg")


def test_the_nearest_size_is_scaled_the_larger_of_two_whatever_their_sequence() -> None:
    for statistics in (
        {"2": "100 mg", "4": "90 mg"},
        {"4": "90 mg", "2": "100 mg"},
        {"4": "90 mg", "000": "1 mg", "2": "9 mg"},
    ):
        (batch,) = planned(an_order(filler=a_filler(pack_statistics=statistics)))
        assert batch["estimates"][0]["measured_at"] == "2"


def test_a_size_whose_volume_is_not_known_cannot_be_estimated() -> None:
    order = an_order(filler=a_filler(pack_statistics={"2": "148 mg"}), capsule_volumes={"2": "0.37 mL"})
    assert [refusal.code for refusal in refusals(order)] == ["missing-pack-statistic"]


def test_pack_statistics_of_both_powders_go_before_densities() -> None:
    both = {"active": an_active(density="0.7 g/mL"), "filler": a_filler(density="0.85 g/mL")}
    assert planned(an_order() | both)[0]["fill_method"] == "pack-statistic"
    assert planned(an_order() | both | {"filler": DENSE["filler"]})[0]["fill_method"] == "density"


def test_the_volumes_an_order_names_are_all_it_knows() -> None:
    (batch,) = planned(an_order() | DENSE | {"capsule_size": None, "capsule_volumes": {"1": "0.48 mL"}})
    assert (batch["capsule_size"], len(batch["sizes_considered"])) == ("1", 1)


def test_a_fixed_fill_takes_the_smallest_size_that_holds_it_tapped() -> None:
    assert [chosen("4.5 mg", fill_per_capsule=fill)["capsule_size"] for fill in ("94.5 mg", "94.6 mg", "136 mg")] == [
        "4",
        "3",
        "2",
    ]


def test_a_fixed_fill_too_heavy_for_every_size_is_refused() -> None:
    (refusal,) = refusals(an_order(capsule_size=None, fill_per_capsule="700 mg") | {"capsule_size": None})
    assert (refusal.code, "heavier than it holds" in str(refusal)) == ("dose-exceeds-capsule", True)


@pytest.mark.parametrize(("percent", "made"), [("0", 100), ("3", 103), ("0.1", 101), ("2.5", 103), ("50", 150)])
def test_extra_capsules_are_whole_and_rounded_up(percent: str, made: int) -> None:
    assert planned(an_order(extra_capsules={"percent": percent}))[0]["capsules_to_make"] == made


def test_extra_capsules_scale_every_ingredient_and_overage_only_the_active() -> None:
    (batch,) = planned(an_order(extra_capsules={"count": 2}, active_overage_percent="10"))
    assert [weighing["exact"] for weighing in batch["weighings"]] == ["504.9 mg", "11903.4 mg"]
