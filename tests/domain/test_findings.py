"""Every finding: raised where its rule asks, quiet where it does not, and a short sentence with figure and action."""

from typing import Any

import pytest

from tests.domain.orders import CELLULOSE, DIHYDRATE, HYDROCHLORIDE, Document, a_balance, a_filler, an_active, an_order
from tests.domain.orders import planned as planned_batches

LONGEST_SENTENCE = 20
LONGEST_SENTENCE_WITH_A_HINT = 24
RULES: Document = {
    "strength_range": ["0.1 mg", "6 mg"],
    "usual_strengths": ["0.5 mg", "1 mg", "1.5 mg", "2 mg", "2.5 mg", "3 mg", "3.5 mg", "4 mg", "4.5 mg"],
    "capsule_sizes": ["3", "4", "2", "1"],
    "minimum_filler_fraction": "0.1",
}
FACTS = {"lot_id": "1", "lot_number": "N-1", "maker": "Maker", "status": "in-use", "free": "1 kg"}


def a_hydrate(**changes: Any) -> Document:
    """Dihydrate powder, assayed as the anhydrous hydrochloride, its water taken off."""
    usual = {"substance": DIHYDRATE, "assay_expressed_as": HYDROCHLORIDE, "assay_percent": "99.0"}
    return an_active(**(usual | {"assay_basis": "anhydrous", "water_percent": "8.9"} | changes))


def an_anhydrous(**changes: Any) -> Document:
    """The hydrochloride with the certificate of the worked examples."""
    return an_active(**({"assay_percent": "99.2", "assay_basis": "anhydrous", "water_percent": "1.6"} | changes))


def some_tablets(strength: str) -> Document:
    """Tablets of 140 mg."""
    return {"tablet_strength": strength, "mean_tablet_mass": "140 mg", "pack_statistics": {"3": "170 mg"}}


# code, severity, an order that raises it, what the sentence names, an order that just does not
CASES: list[tuple[str, str, Document, tuple[str, ...], Document]] = [
    (
        "strength-out-of-range",
        "stop",
        an_order("6.1 mg", formulation=RULES),
        ("6.1 mg", "0.1 mg to 6 mg"),
        an_order("6 mg", formulation=RULES),
    ),
    (
        "below-minimum-weighable",
        "stop",
        an_order("0.1 mg", 199),
        ("19.9 mg of naltrexone", "B1's minimum, 20 mg", "more capsules"),
        an_order("0.1 mg", 200),
    ),
    (
        "above-balance-capacity",
        "stop",
        an_order(balances=[a_balance(capacity="11.6999 g")]),
        ("11,700.0 mg of microcrystalline cellulose", "11,699.9 mg", "fewer capsules"),
        an_order(balances=[a_balance(capacity="11.7 g")]),
    ),
    (
        "ingredient-expired",
        "stop",
        an_order(active=an_active(expires_on="2026-11-20")),
        ("20 Nov 2026", "choose another lot"),
        an_order(active=an_active(expires_on="2026-11-21")),
    ),
    (
        "lot-quarantined",
        "stop",
        an_order(active=an_active(lot=FACTS | {"status": "quarantined"})),
        ("N-1", "release it"),
        an_order(active=an_active(lot=FACTS)),
    ),
    (
        "lot-rejected",
        "stop",
        an_order(active=an_active(lot=FACTS | {"status": "rejected"})),
        ("N-1", "choose another lot"),
        an_order(active=an_active(lot=FACTS)),
    ),
    (
        "lot-insufficient",
        "stop",
        an_order(active=an_active(lot=FACTS | {"free": "449.9 mg"})),
        ("450 mg", "449.9 mg", "another lot"),
        an_order(active=an_active(lot=FACTS | {"free": "450 mg"})),
    ),
    (
        "strength-not-usual",
        "decide",
        an_order("1.4 mg", formulation=RULES),
        ("1.4 mg", "give the reason"),
        an_order("1.5 mg", formulation=RULES),
    ),
    (
        "strength-not-asked-for",
        "caution",
        an_order("3 mg", asked_for=["1.5 mg", "4.5 mg"]),
        ("short of 1.5 mg", "not of 3 mg", "check the strength."),
        an_order("4.5 mg", asked_for=["1.5 mg", "4.5 mg"]),
    ),
    (
        "assay-expressed-otherwise",
        "decide",
        an_order(active=an_active(assay_expressed_as="naltrexone")),
        (f"{HYDROCHLORIDE} is expressed as naltrexone", "give the reason"),
        an_order(active=an_active(assay_expressed_as=HYDROCHLORIDE)),
    ),
    (
        "hydrate-without-moisture",
        "decide",
        an_order(active=a_hydrate(water_percent="0.4")),
        ("holds 8.7 % water", "0.4 %", "give the reason"),
        an_order(active=a_hydrate()),
    ),
    (
        "assay-outside-monograph",
        "caution",
        an_order(active=an_anhydrous(assay_percent="102.1")),
        ("102.1 %", "98 to 102 %", "check the certificate"),
        an_order(active=an_anhydrous(assay_percent="102")),
    ),
    (
        "assay-unusual",
        "caution",
        an_order(active=an_anhydrous(substance="naltrexone", assay_percent="89.4")),
        ("Assay 89.4 % is unusual for naltrexone", "check the certificate for a slip of a digit."),
        an_order(active=an_anhydrous(substance="naltrexone", assay_percent="99.4")),
    ),
    (
        "water-unusual",
        "caution",
        an_order(active=an_anhydrous(water_percent="16")),
        (f"Water 16 % is unusual for {HYDROCHLORIDE}", "check the certificate for a slipped point"),
        an_order(active=an_anhydrous(water_percent="5")),
    ),
    (
        "moisture-not-used",
        "caution",
        an_order(active=an_active(water_percent="1.6")),
        ("Water 1.6 %", "stated as is", "check the certificate's basis"),
        an_order(active=an_active(water_percent="0")),
    ),
    (
        "little-filler",
        "caution",
        an_order("174 mg", formulation={"minimum_filler_fraction": "0.1"}),
        ("leaves 3.3 % of the capsule", "asks for 10 %", "Choose a larger size."),
        an_order("162 mg", formulation={"minimum_filler_fraction": "0.1"}),
    ),
    (
        "implausible-fill",
        "caution",
        an_order(fill_per_capsule="155.3 mg"),
        ("155.3 mg", "135.0 mg", "size 3"),
        an_order(fill_per_capsule="155.2 mg"),
    ),
    (
        "implausible-packing",
        "caution",
        an_order(active=an_active(pack_statistics={"3": "29.9 mg"})),
        (HYDROCHLORIDE.capitalize(), "0.0997 g/mL", "1.2 g/mL", "Check its pack statistic"),
        an_order(active=an_active(pack_statistics={"3": "30 mg"})),
    ),
    (
        "tablet-strength-not-usual",
        "caution",
        an_order("1.5 mg", source=some_tablets("5 mg")),
        ("Tablets of 5 mg", "50 mg is", "its label"),
        an_order(source=some_tablets("50 mg")),
    ),
    (
        "estimated-pack-statistic",
        "caution",
        an_order(filler=a_filler(pack_statistics={"2": "150 mg"})),
        (CELLULOSE, "size 2", "measure it at size 3"),
        an_order(filler=a_filler(pack_statistics={"2": "150 mg", "3": "120 mg"})),
    ),
    (
        "potency-correction-off",
        "caution",
        an_order(correct_for_potency=False, active=an_active(assay_percent="90")),
        ("450 mg", "500 mg"),
        an_order(correct_for_potency=True, active=an_active(assay_percent="90")),
    ),
    (
        "ingredient-limits-beyond-use-date",
        "caution",
        an_order(filler=a_filler(expires_on="2027-05-18")),
        (f"expiry of {CELLULOSE}", "18 May 2027", "19 May 2027"),
        an_order(filler=a_filler(expires_on="2027-05-19")),
    ),
    (
        "beyond-study-data",
        "note",
        an_order(beyond_use={"days": 361}),
        ("day 360", "day 361"),
        an_order(beyond_use={"days": 360}),
    ),
    ("size-chosen", "note", an_order(capsule_size=None), ("Size 3",), an_order(capsule_size="3")),
]


def findings(order: Document) -> dict[str, Document]:
    """The findings of the order's one batch, by code."""
    (batch,) = planned_batches(order)
    return {finding["code"]: finding for finding in batch["findings"]}


@pytest.mark.parametrize(("code", "severity", "order", "named", "quiet"), CASES, ids=[case[0] for case in CASES])
def test_a_finding_names_the_figure_and_the_action(
    code: str, severity: str, order: Document, named: tuple[str, ...], quiet: Document
) -> None:
    found = findings(order)
    assert found[code]["severity"] == severity
    assert [part for part in named if part not in found[code]["message"]] == []


@pytest.mark.parametrize(("code", "severity", "order", "named", "quiet"), CASES, ids=[case[0] for case in CASES])
def test_a_finding_stays_away_where_its_rule_does_not_ask(
    code: str, severity: str, order: Document, named: tuple[str, ...], quiet: Document
) -> None:
    assert code not in findings(quiet)


@pytest.mark.parametrize(("code", "severity", "order", "named", "quiet"), CASES, ids=[case[0] for case in CASES])
def test_a_finding_is_a_short_sentence(
    code: str, severity: str, order: Document, named: tuple[str, ...], quiet: Document
) -> None:
    message = findings(order)[code]["message"]
    assert message.endswith(".")
    assert len(message.split()) <= LONGEST_SENTENCE, message


def test_an_order_without_a_formulation_runs_none_of_its_rules() -> None:
    assert findings(an_order("5.9 mg")) == {}


def test_a_usual_order_has_no_finding_that_needs_a_person() -> None:
    assert findings(an_order("4.5 mg", formulation=RULES)) == {}


@pytest.mark.parametrize(
    ("written", "meant"), [("15 mg", "Ten times less is 1.5 mg."), ("0.045 mg", "A hundred times more is 4.5 mg.")]
)
def test_a_slipped_decimal_point_is_named(written: str, meant: str) -> None:
    order = an_order(written, capsules=1_000, formulation=RULES)
    assert findings(order)["strength-out-of-range"]["message"].endswith(meant)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("0.45 mg", "Ten times more is 4.5 mg."), ("5 mg", "Ten times less is 0.5 mg."), ("1.4 mg", "give the reason.")],
)
def test_a_slipped_point_within_the_range_is_named_too(written: str, meant: str) -> None:
    message = findings(an_order(written, capsules=1_000, formulation=RULES))["strength-not-usual"]["message"]
    assert message.endswith(meant)
    assert len(message.split()) <= LONGEST_SENTENCE_WITH_A_HINT


def test_a_fixed_fill_with_little_filler_is_to_be_made_heavier() -> None:
    limits = {"minimum_filler_fraction": "0.5"}
    order = an_order("70 mg", fill_per_capsule="120 mg", formulation=limits)
    message = findings(order)["little-filler"]["message"]
    assert message == (
        "The dose leaves 41 % of the fill for filler; the formulation asks for 50 %. Plan a heavier fill."
    )


def test_a_size_that_was_chosen_leaves_filler_enough() -> None:
    order = an_order("4.5 mg", capsule_size=None, formulation=RULES)
    assert "little-filler" not in findings(order)


def test_no_usual_strength_is_ten_times_another() -> None:
    usual = {float(text.removesuffix(" mg")) for text in RULES["usual_strengths"]}
    assert not {strength * 10 for strength in usual} & usual


def test_a_lot_must_suffice_for_the_whole_order() -> None:
    lines = [{"strength": "1.5 mg", "capsules": 100}, {"strength": "3 mg", "capsules": 100}]
    order = an_order(strengths=lines, active=an_active(lot=FACTS | {"free": "449.9 mg"}))
    assert [[finding["code"] for finding in batch["findings"]] for batch in planned_batches(order)] == [
        ["lot-insufficient"],
        ["lot-insufficient"],
    ]


def test_a_hydrate_assayed_as_is_leaves_its_water_out_in_the_assay() -> None:
    as_is = {"assay_basis": "as-is", "water_percent": None}
    assert "hydrate-without-moisture" not in findings(an_order(active=a_hydrate(assay_percent="90.2", **as_is)))
    assert "hydrate-without-moisture" in findings(an_order(active=a_hydrate(assay_percent="99.0", **as_is)))


def test_correction_off_says_when_no_corrected_mass_exists() -> None:
    twice = an_active(substance=DIHYDRATE, assay_basis="dried", loss_on_drying_percent="8.7")
    message = findings(an_order(correct_for_potency=False, active=twice))["potency-correction-off"]["message"]
    assert "no corrected mass exists" in message
