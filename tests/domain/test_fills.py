"""Which figures fill a capsule, how full it may be, and what is said where a figure lacks."""

import pytest

from tests.domain.orders import Document, a_filler, an_active, an_order, planned, refusals

STATISTIC, FILLERS = {"pack_statistics": {"3": "180 mg"}}, {"pack_statistics": {"3": "120 mg"}}
HEAVY, LIGHT = {"density": "0.7 g/mL"}, {"density": "0.85 g/mL"}


def an_order_of(active: Document, filler: Document) -> Document:
    """An order of powders with these figures alone."""
    without: Document = {"pack_statistics": None}
    return an_order(active=an_active(**without | active), filler=a_filler(**without | filler))


@pytest.mark.parametrize(
    ("active", "filler", "method"),
    [
        (STATISTIC, FILLERS, "pack-statistic"),
        (STATISTIC | HEAVY, FILLERS | LIGHT, "pack-statistic"),
        (STATISTIC | HEAVY, LIGHT, "density"),
        (HEAVY, FILLERS | LIGHT, "density"),
        (HEAVY, LIGHT, "density"),
    ],
)
def test_statistics_of_both_powders_come_first_then_densities_of_both(
    active: Document, filler: Document, method: str
) -> None:
    (batch,) = planned(an_order_of(active, filler))
    assert batch["fill_method"] == method


@pytest.mark.parametrize(
    ("active", "filler", "lacking"),
    [(STATISTIC, LIGHT, "filler"), (HEAVY, FILLERS, "active"), (STATISTIC | HEAVY, {}, "filler")],
)
def test_figures_of_two_kinds_fill_no_capsule(active: Document, filler: Document, lacking: str) -> None:
    (refusal,) = refusals(an_order_of(active, filler))
    assert (refusal.code, refusal.pointer) == ("missing-pack-statistic", f"/{lacking}/pack_statistics")


def test_a_dose_that_fills_the_capsule_to_the_brim_fits() -> None:
    (batch,) = planned(an_order("180 mg"))
    assert (batch["filler_per_capsule"], batch["fill_per_capsule"]) == ("0 mg", "180 mg")
    assert [refusal.code for refusal in refusals(an_order("180.000001 mg"))] == ["dose-exceeds-capsule"]


NO_VOLUME = "lacks a volume; enter it among the capsule volumes."
MEASURE = "measure one and enter it on its lot."


@pytest.mark.parametrize(
    ("order", "sentence"),
    [
        (an_order_of(HEAVY, LIGHT) | {"capsule_volumes": {"1": "0.5 mL"}}, f"Capsule size 3 {NO_VOLUME}"),
        (
            an_order_of(HEAVY, LIGHT) | {"capsule_volumes": {}, "capsule_size": None},
            f"Every capsule size allowed {NO_VOLUME}",
        ),
        (
            an_order_of(STATISTIC, {}),
            f"Microcrystalline cellulose has no pack statistic for capsule size 3; {MEASURE}",
        ),
        (
            an_order_of(STATISTIC, {}) | {"capsule_size": None},
            f"Microcrystalline cellulose has no pack statistic for any capsule size allowed; {MEASURE}",
        ),
        (
            an_order_of({}, FILLERS) | {"capsule_size": None},
            f"Naltrexone hydrochloride has no pack statistic for any capsule size allowed; {MEASURE}",
        ),
    ],
)
def test_the_figure_that_lacks_is_named(order: Document, sentence: str) -> None:
    assert [str(refusal) for refusal in refusals(order)] == [sentence]


def test_one_size_is_marked_as_taken_and_a_size_without_a_volume_says_so() -> None:
    open_size = {"capsule_size": None, "formulation": {"capsule_sizes": ["4", "3", "1"]}}
    (batch,) = planned(an_order_of(HEAVY, LIGHT) | open_size | {"capsule_volumes": {"1": "0.5 mL", "3": "0.3 mL"}})
    assert batch["sizes_considered"] == [
        {"size": "4", "is_taken": False, "reason": "no capsule volume known"},
        {"size": "3", "is_taken": True, "reason": "the smallest that holds the dose and enough filler"},
        {"size": "1", "is_taken": False, "reason": "larger than needed"},
    ]


def test_a_size_that_would_hold_the_dose_is_found_beyond_those_that_nothing_is_known_of() -> None:
    (refusal,) = refusals(an_order("270 mg", capsule_volumes={"3": "0.3 mL", "1": "0.5 mL"}))
    assert str(refusal).endswith("size 1 holds it.")
