"""Whole derivations, line by line, of the trade's worked examples: rule, numbers, result, and whose rule it is.

E2, E4, E7 and E10 are the examples of that name; the figures of the others were worked out by hand.
"""

import pytest

from tests.domain.orders import Document, a_filler, an_active, an_order, planned

PRESCRIPTION: Document = {"name": "B1", "readability": "1 mg", "sensitivity_requirement": "6 mg"}
DENSE: Document = {
    "active": an_active(pack_statistics=None, density="0.7 g/mL"),
    "filler": a_filler(pack_statistics=None, density="0.85 g/mL"),
}

E10 = an_order(active=an_active(assay_percent="99.2", assay_basis="anhydrous", water_percent="1.6"))
E10_LINES = """
Potency: assay × (1 − water)
    0.992 × (1 − 0.016) = 0.976128
    certificate of analysis, anhydrous basis
Capsules to make: ordered + extra
    100 + 0 = 100
    formulation
Drug powder per capsule: strength ÷ potency
    4.5 mg ÷ 0.976128 = 4.61005114083 mg
    USP <1160>
Room the drug takes: drug powder ÷ its pack statistic
    4.61005114083 mg ÷ 180 mg = 0.0256113952269
    pack statistic of the lot
Filler per capsule: filler's pack statistic × (1 − room)
    120 mg × (1 − 0.0256113952269) = 116.926632573 mg
    USP <1160>
Fill per capsule: drug powder + filler
    4.61005114083 mg + 116.926632573 mg = 121.536683714 mg
    sum
Naltrexone hydrochloride to weigh: per capsule × capsules, half up to 0.1 mg
    4.61005114083 mg × 100 = 461.005114083 mg = 461.0 mg
    balance B1
Microcrystalline cellulose to weigh: per capsule × capsules, half up to 0.1 mg
    116.926632573 mg × 100 = 11,692.6632573 mg = 11,692.7 mg
    balance B1
Least that B1 weighs: 2 × max(repeatability, 0.41 × readability) ÷ tolerance
    2 × max(0.1 mg, 0.41 × 0.1 mg) ÷ 0.01 = 20 mg
    USP <41>, tolerance 1 %
Beyond-use date: earliest of the policy and the expiries
    21 Nov 2026 + 180 days − 1 = 19 May 2027; 30 Jun 2028; 31 Jan 2029 = 19 May 2027
    policy: 180 days, the day of compounding is day 1
"""
ESTIMATED = an_order(active=an_active(pack_statistics={"1": "300 mg"}), filler=a_filler(pack_statistics={"4": "84 mg"}))
ESTIMATED_LINES = """
Pack statistic of naltrexone hydrochloride, estimated: statistic at size 1 × volume of size 3 ÷ volume of size 1
    300 mg × 0.3 mL ÷ 0.5 mL = 180 mg
    makers' nominal volumes; site setting
Pack statistic of microcrystalline cellulose, estimated: statistic at size 4 × volume of size 3 ÷ volume of size 4
    84 mg × 0.3 mL ÷ 0.21 mL = 120 mg
    makers' nominal volumes; site setting
Room the drug takes: drug powder ÷ its pack statistic
    4.5 mg ÷ 180 mg = 0.025
    pack statistic of the lot
Filler per capsule: filler's pack statistic × (1 − room)
    120 mg × (1 − 0.025) = 117 mg
    USP <1160>
"""
E7 = an_order("280 mg", 1, capsule_size="1", capsule_volumes={"1": "0.48 mL"}, **DENSE)
E7_LINES = """
Volume the drug takes: drug powder ÷ its density
    280 mg ÷ 0.7 g/mL = 0.4 mL
    density of the lot
Filler per capsule: (capsule volume − drug's volume) × filler's density
    (0.48 mL − 0.4 mL) × 0.85 g/mL = 68 mg
    capsule volumes of the order
Fill per capsule: drug powder + filler
    280 mg + 68 mg = 348 mg
    sum
"""
E4 = an_order("4 mg", 25, fill_per_capsule="120 mg", source={"tablet_strength": "25 mg", "mean_tablet_mass": "70 mg"})
E4_LINES = """
Potency of the crushed tablets: tablet strength ÷ mean tablet mass
    25 mg ÷ 70 mg = 0.357142857143
    tablets' label; mean of the tablets weighed
Drug powder per capsule: strength ÷ potency
    4 mg ÷ 0.357142857143 = 11.2 mg
    USP <1160>
Filler per capsule: fixed fill − drug powder
    120 mg − 11.2 mg = 108.8 mg
    site's fill
Fill per capsule: drug powder + filler
    11.2 mg + 108.8 mg = 120 mg
    sum
Naltrexone hydrochloride tablets, crushed to weigh: per capsule × capsules, half up to 0.1 mg
    11.2 mg × 25 = 280 mg = 280.0 mg
    balance B1
Tablets to crush: powder ÷ mean tablet mass, rounded up
    280 mg ÷ 70 mg = 4
    mean of the tablets weighed
Microcrystalline cellulose to weigh: per capsule × capsules, half up to 0.1 mg
    108.8 mg × 25 = 2,720 mg = 2,720.0 mg
    balance B1
"""
E4_AS_BASE_LINES = """
Potency of the crushed tablets: tablet strength ÷ mean tablet mass × M(basis) ÷ M(hydrochloride)
    25 mg ÷ 70 mg × 341.41 ÷ 377.86 = 0.322691321805
    tablets' label; mean of the tablets weighed
Drug powder per capsule: strength ÷ potency
    4 mg ÷ 0.322691321805 = 12.395747049 mg
    USP <1160>
"""
E2 = an_order("0.6 mg", 10, fill_per_capsule="200 mg", capsule_size="1", balances=[PRESCRIPTION])
E2 |= {"weighing_tolerance_percent": "5", "uncertainty_target_percent": "10", "trituration": "each", "ratios": ["1:20"]}
E2_LINES = """
Trituration T1, 1:20: naltrexone hydrochloride + diluent
    120 mg + 2,280 mg = 2,400 mg
    one part in 20 parts total
Aliquot of trituration T1: drug powder for all capsules × dilution
    6 mg × 20 = 120 mg
    USP <1160>
Filler to finish: filler for all capsules − diluent in the aliquot
    1,994 mg − 114 mg = 1,880 mg
    diluent is filler already
Trituration T1 to weigh: as worked out above, half up to 1 mg
    120 mg = 120 mg
    balance B1
Microcrystalline cellulose to weigh: as worked out above, half up to 1 mg
    1,880 mg = 1,880 mg
    balance B1
Least that B1 weighs: sensitivity requirement ÷ tolerance
    6 mg ÷ 0.05 = 120 mg
    least weighable quantity of a prescription balance, tolerance 5 %
Expanded uncertainty of the content: 2 × √(sum of squares of the weighings' terms, in %)
    2 × √(2.38² + 0.125² + 2.5²) = 6.9 %
    Not in it: the certificate's assay or the tablets' content, calibration, mixing and filling.
"""
NEXT_ACTIVE: Document = {"powder": an_active(assay_percent="96"), "first_gives": "2125 mg"}
TWO_LOTS = an_order("3 mg", 1100, active=an_active(assay_percent="80"), next_active=NEXT_ACTIVE)
TWO_LOTS_LINES = """
Potency: assay
    0.8 = 0.8
    certificate of analysis, as-is basis
Capsules to make: ordered + extra
    1,100 + 0 = 1,100
    formulation
Potency of the second lot: assay
    0.96 = 0.96
    certificate of analysis, as-is basis
Drug powder for all capsules, of the first lot alone: strength × (1 + overage) ÷ potency × capsules
    3.75 mg × 1,100 = 4,125 mg
    USP <1160>
Drug from the second lot: (all − first lot) × its potency ÷ the second's
    (4,125 mg − 2,125 mg) × 0.8 ÷ 0.96 = 1,666.66666667 mg
    potencies of both lots
Room the drug takes: room of the first lot + room of the second
    0.0107323232323 + 0.00841750841751 = 0.0191498316498
    each lot's own figures
Filler per capsule: filler that fills the capsule alone × (1 − room)
    120 mg × (1 − 0.0191498316498) = 117.702020202 mg
    USP <1160>
Fill per capsule: drug powders + filler
    1.93181818182 mg + 1.51515151515 mg + 117.702020202 mg = 121.148989899 mg
    sum
Naltrexone hydrochloride to weigh: as worked out above, half up to 0.1 mg
    2,125 mg = 2,125.0 mg
    balance B1
Naltrexone hydrochloride, second lot to weigh: as worked out above, half up to 0.1 mg
    1,666.66666667 mg = 1,666.7 mg
    balance B1
Expanded uncertainty of the content: 2 × √(sum of squares of the weighings' terms, in %)
    2 × √(0.00242² + 0.00291²) = 0.00757 %
    Not in it: the certificate's assay or the tablets' content, calibration, mixing and filling.
Beyond-use date: earliest of the policy and the expiries
    21 Nov 2026 + 180 days − 1 = 19 May 2027; 30 Jun 2028; 31 Jan 2029; 30 Jun 2028 = 19 May 2027
    policy: 180 days, the day of compounding is day 1
"""


@pytest.mark.parametrize(
    ("order", "lines"),
    [
        (E10, E10_LINES),
        (ESTIMATED, ESTIMATED_LINES),
        (E7, E7_LINES),
        (E4, E4_LINES),
        (E4 | {"strength_basis": "naltrexone"}, E4_AS_BASE_LINES),
        (E2, E2_LINES),
        (TWO_LOTS, TWO_LOTS_LINES),
    ],
    ids=["E10", "estimated", "E7", "E4", "E4 as base", "E2", "two lots"],
)
def test_each_line_says_rule_numbers_result_and_source(order: Document, lines: str) -> None:
    (batch,) = planned(order)
    told = [
        f"{line['label']}: {line['formula']}\n    {line['with']} = {line['result']}\n    {line['source']}"
        for line in batch["derivation"]
    ]
    asked = lines.strip().split("\n")
    wanted = ["\n".join(asked[start : start + 3]) for start in range(0, len(asked), 3)]
    assert [line for line in told if line in wanted] == wanted


def test_a_batch_tells_its_own_trituration_and_no_others() -> None:
    lines = [{"strength": text, "capsules": 20} for text in ("0.5 mg", "0.75 mg")]
    order = an_order(strengths=lines, trituration="each", ratios=["1:10"])
    labels = [
        [line["label"] for line in batch["derivation"] if "rituration" in line["label"]] for batch in planned(order)
    ]
    assert labels == [
        [f"Trituration {name}, 1:10", f"Aliquot of trituration {name}", f"Trituration {name} to weigh"]
        for name in ("T1", "T2")
    ]
