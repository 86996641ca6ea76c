"""Every refusal: raised where no answer exists, pointing at its field, in a short sentence; quiet where one exists."""

from typing import Any

import pytest

from compounder.domain.errors import MissingKey, NotAccepted, RepeatedKey, one_error
from compounder.domain.formulary.errors import ApprovalNeedsReason, SterileForm
from compounder.domain.formulary.formulation import parse_dosage_form
from compounder.domain.record.record import DecisionMissing, StoppedByReview
from tests.domain.orders import (
    CELLULOSE,
    DIHYDRATE,
    HYDROCHLORIDE,
    Document,
    a_balance,
    a_filler,
    an_active,
    an_order,
    planned,
    refusals,
)

LONGEST_SENTENCE = 24
DENSE: Document = {"active": an_active(pack_statistics=None, density="0.7 g/mL")}
DENSE |= {"filler": a_filler(pack_statistics=None, density="0.85 g/mL")}


def with_capsules(count: Any) -> Document:
    """An order of that many capsules."""
    return an_order(strengths=[{"strength": "4.5 mg", "capsules": count}])


# code, pointer, an order that is refused, what the sentence names, an order that just is not
CASES: list[tuple[str, str, Document, str, Document]] = [
    ("not-a-number", "/strengths/0/strength", an_order("1,5 mg"), "comma", an_order("1.5 mg")),
    ("not-a-number", "/strengths/0/capsules", with_capsules(1.5), "1.5", with_capsules(1)),
    ("not-a-number", "/strengths/0/capsules", with_capsules(True), "true", with_capsules(2)),
    ("not-a-number", "/strengths/0/capsules", with_capsules("100"), '"100"', with_capsules(100)),
    ("unknown-unit", "/strengths/0/strength", an_order("1.5 Mg"), '"Mg"', an_order("1.5 mg")),
    ("unknown-key", "/strenghts", an_order(strenghts=[]), '"strenghts"', an_order()),
    ("unknown-key", "/active/colour", an_order(active=an_active(colour="white")), '"colour"', an_order()),
    ("missing-key", "/beyond_use", an_order(beyond_use=None), "beyond_use", an_order()),
    (
        "missing-key",
        "/active/water_percent",
        an_order(active=an_active(assay_basis="anhydrous")),
        "water_percent",
        an_order(active=an_active(assay_basis="anhydrous", water_percent="0")),
    ),
    (
        "missing-key",
        "/active/loss_on_drying_percent",
        an_order(active=an_active(assay_basis="dried")),
        "loss_on_drying_percent",
        an_order(active=an_active(assay_basis="dried", loss_on_drying_percent="0")),
    ),
    (
        "missing-key",
        "/balances/0/readability",
        an_order(balances=[{"name": "B1", "sensitivity_requirement": "6 mg"}]),
        "readability",
        an_order(balances=[{"name": "B1", "sensitivity_requirement": "6 mg", "readability": "1 mg"}]),
    ),
    (
        "unknown-substance",
        "/active/substance",
        an_order(active=an_active(substance="naltrexon")),
        '"naltrexon"',
        an_order(active=an_active(substance="naltrexone")),
    ),
    ("unknown-substance", "/strength_basis", an_order(strength_basis=CELLULOSE), CELLULOSE, an_order()),
    (
        "unknown-substance",
        "/filler/substance",
        an_order(filler=a_filler(substance=HYDROCHLORIDE)),
        f"write {CELLULOSE}",
        an_order(),
    ),
    ("not-a-date", "/compounded_on", an_order(compounded_on="21.11.2026"), "year-month-day", an_order()),
    (
        "not-a-date",
        "/active/expires_on",
        an_order(active=an_active(expires_on="2028-13")),
        '"2028-13"',
        an_order(active=an_active(expires_on="2028-12")),
    ),
    (
        "out-of-bounds",
        "/compounded_on",
        an_order(compounded_on="9999-12-31"),
        "2200-12-31",
        an_order(compounded_on="2200-12-31", active=an_active(expires_on="2201-01"), filler=a_filler()),
    ),
    (
        "missing-pack-statistic",
        "/active/pack_statistics",
        an_order(active=an_active(pack_statistics=None)),
        "capsule size 3",
        an_order(active=an_active(pack_statistics={"2": "200 mg"})),
    ),
    (
        "missing-pack-statistic",
        "/filler/pack_statistics",
        an_order(filler=a_filler(pack_statistics=None), capsule_size=None),
        "any capsule size",
        an_order(capsule_size=None),
    ),
    ("missing-pack-statistic", "/capsule_volumes", an_order(capsule_volumes={}, **DENSE), "volume", an_order(**DENSE)),
    ("dose-exceeds-capsule", "/strengths/0", an_order("180.1 mg"), "size 2 holds it", an_order("179.9 mg")),
    (
        "dose-exceeds-capsule",
        "/strengths/0",
        an_order("120.1 mg", fill_per_capsule="120 mg"),
        "fill of 120 mg",
        an_order("119.9 mg", fill_per_capsule="120 mg"),
    ),
    (
        "double-hydrate-correction",
        "/active/assay_basis",
        an_order(active=an_active(substance=DIHYDRATE, assay_basis="anhydrous", water_percent="8.9")),
        "twice",
        an_order(active=an_active(substance=DIHYDRATE)),
    ),
    ("not-accepted", "/balances", an_order(balances=[a_balance(), a_balance()]), "B1 twice", an_order()),
    (
        "not-accepted",
        "/capsule_size",
        an_order(formulation={"capsule_sizes": ["4", "2"]}),
        "size 4 or 2",
        an_order(formulation={"capsule_sizes": ["4", "3"]}),
    ),
    (
        "not-accepted",
        "/strengths",
        an_order(strengths=[{"strength": text, "capsules": 1} for text in ("1.5 mg", "1500 mcg")]),
        "1.5 mg twice",
        an_order(strengths=[{"strength": text, "capsules": 100} for text in ("1.5 mg", "1501 mcg")]),
    ),
]
IDS = [f"{code} at {pointer or 'the order'} ({named})" for code, pointer, _, named, _ in CASES]


@pytest.mark.parametrize(("code", "pointer", "order", "named", "accepted"), CASES, ids=IDS)
def test_a_refusal_says_what_is_wrong_at_its_field(
    code: str, pointer: str, order: Document, named: str, accepted: Document
) -> None:
    (refusal,) = refusals(order)
    assert (refusal.code, refusal.pointer) == (code, pointer)
    assert named in str(refusal)
    assert "None" not in str(refusal)
    assert len(str(refusal).split()) <= LONGEST_SENTENCE


@pytest.mark.parametrize(("code", "pointer", "order", "named", "accepted"), CASES, ids=IDS)
def test_an_order_within_the_rules_is_answered(
    code: str, pointer: str, order: Document, named: str, accepted: Document
) -> None:
    assert [str(refusal) for refusal in refusals(accepted)] == []
    assert planned(accepted)[0]["capsules_to_make"] >= 1


BOUNDS: list[tuple[str, str, str, str, str]] = [
    ("assay_percent", "49.9", "50", "110", "110.1"),
    ("water_percent", "", "0", "30", "30.1"),
    ("residual_solvent_percent", "", "0", "30", "30.1"),
]


@pytest.mark.parametrize(("key", "under", "least", "most", "over"), BOUNDS, ids=[bound[0] for bound in BOUNDS])
def test_a_certificate_stays_within_its_bounds(key: str, under: str, least: str, most: str, over: str) -> None:
    usual = {"assay_basis": "anhydrous", "water_percent": "0"}
    given = {value: refusals(an_order(active=an_active(**(usual | {key: value})))) for value in (least, most, over)}
    assert [value for value, complaints in given.items() if complaints] == [over]
    assert {(each.code, each.pointer) for each in given[over]} == {("out-of-bounds", f"/active/{key}")}
    assert f"{over} % was read" in str(given[over][0])
    assert not under or refusals(an_order(active=an_active(**(usual | {key: under}))))


@pytest.mark.parametrize(
    ("key", "accepted", "refused"),
    [
        ("active_overage_percent", ("0", "10"), ("10.1",)),
        ("weighing_tolerance_percent", ("0.01", "10"), ("0.009", "10.1", "0")),
    ],
)
def test_an_order_stays_within_its_bounds(key: str, accepted: tuple[str, ...], refused: tuple[str, ...]) -> None:
    assert [refusals(an_order() | {key: value}) for value in accepted] == [[]] * len(accepted)
    assert {each.pointer for value in refused for each in refusals(an_order() | {key: value})} == {f"/{key}"}


@pytest.mark.parametrize(
    ("extra", "is_accepted"),
    [
        ({"percent": "50"}, True),
        ({"percent": "50.1"}, False),
        ({"count": 50}, True),
        ({"count": 51}, False),
        ({"count": -1}, False),
    ],
)
def test_extra_capsules_stay_within_their_bounds(extra: Document, is_accepted: bool) -> None:
    assert (refusals(an_order(extra_capsules=extra)) == []) is is_accepted


@pytest.mark.parametrize(("count", "is_accepted"), [(0, False), (1, True), (100_000, True), (100_001, False)])
def test_an_order_is_for_one_to_a_hundred_thousand_capsules(count: int, is_accepted: bool) -> None:
    assert (refusals(with_capsules(count)) == []) is is_accepted


def test_what_is_wrong_with_a_powder_is_said_once_for_all_strengths() -> None:
    lines = [{"strength": f"{number} mg", "capsules": 30} for number in (1, 2, 3)]
    (refusal,) = refusals(an_order(strengths=lines, filler=a_filler(pack_statistics=None)))
    assert refusal.pointer == "/filler/pack_statistics"


def test_each_strength_that_does_not_fit_is_said_at_its_own_row() -> None:
    lines = [{"strength": text, "capsules": 30} for text in ("200 mg", "3 mg", "300 mg")]
    assert [each.pointer for each in refusals(an_order(strengths=lines))] == ["/strengths/0", "/strengths/2"]


def test_a_dose_too_big_says_by_how_much_and_which_size_holds_it() -> None:
    (refusal,) = refusals(an_order("270 mg"))
    assert str(refusal) == "A size 3 capsule does not hold 270 mg: overfilled by 50 %; size 1 holds it."


def test_a_size_the_formulation_does_not_allow_is_not_advised() -> None:
    (refusal,) = refusals(an_order("270 mg", formulation={"capsule_sizes": ["3", "4"]}))
    assert str(refusal).endswith("no size with known figures holds it.")


@pytest.mark.parametrize("name", ["injection", "Solution for Infusion", "eye drops", "sterile capsule"])
def test_a_sterile_form_is_refused_by_name(name: str) -> None:
    with pytest.raises(SterileForm) as refused:
        parse_dosage_form(name)
    assert name in str(refused.value)


@pytest.mark.parametrize(
    "refusal",
    [
        StoppedByReview(finding="The lot expired."),
        DecisionMissing(finding="Check it."),
        ApprovalNeedsReason(days="365 days"),
    ],
)
def test_what_keeps_a_batch_from_being_stored_is_a_short_sentence(refusal: Exception) -> None:
    assert len(str(refusal).split()) <= LONGEST_SENTENCE


def test_several_refusals_are_one_that_says_them_all() -> None:
    several = one_error(
        [MissingKey(missing="reason", pointer="/reason"), RepeatedKey(read="strengths", pointer="/strengths")]
    )
    assert str(several) == (
        '"reason" is missing; it is needed here. The key "strengths" stands twice in one object; remove one of them.'
    )
    assert [each.pointer for each in several.errors()] == ["/reason", "/strengths"]
    assert several.pointer == "/reason"


@pytest.mark.parametrize("parts", [{"read": "x"}, {"read": "x", "accepted": "y", "acepted": "z"}])
def test_a_refusal_is_made_of_all_its_parts_and_no_others(parts: dict[str, str]) -> None:
    with pytest.raises(TypeError, match=r"NotAccepted has \['accepted', "):
        NotAccepted(**parts)


def test_a_new_refusal_has_the_parts_of_its_family_and_its_own() -> None:
    class Spilt(NotAccepted):
        by: str

    every = {"read": "x", "accepted": "y", "field_name": "z", "pointer": "/z", "by": "Ann"}
    assert vars(Spilt(**every)) == every
    with pytest.raises(TypeError, match="by"):
        Spilt(**{name: every[name] for name in ("read", "accepted")})
