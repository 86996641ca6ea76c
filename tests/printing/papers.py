"""Plain makers of documents: short ones with good defaults, and one with everything at its longest."""

from dataclasses import replace

from compounder.printing.documents import (
    BeyondUse,
    BudgetLine,
    DerivationLine,
    Equipment,
    MethodStep,
    Pharmacy,
    PrintedUncertainty,
    SizeChoice,
    Weighing,
    WorksheetDocument,
)
from compounder.printing.inspection_document import Inspection, PrintedFinding
from compounder.printing.label_document import LabelDocument

PLAN_SHA256 = "9f2c41d7 03be88a1 5c6e0f92 ab47d310 7e5591c4 2d0b6f38 e1a9c774 50bd12f6"
RECORD_SHA256 = "c81e728d 9d4c2f63 6f067f89 cc14862c 65a1b0d3 4e9f2a77 d05c6b18 93fe4a21"
PHARMACY = Pharmacy(name="Example Compounding Pharmacy", address="1 Example Street, Exampleton", telephone="555 0100")


def a_weighing(**changes: str) -> Weighing:
    naltrexone = Weighing(
        ingredient="Naltrexone hydrochloride",
        maker="Hillcrest",
        lot_number="NTX-2411",
        expires_on="30 Jun 2028",
        potency="0.976128",
        to_weigh="158.3 mg",
        accept="156.8 to 159.8 mg",
        balance="B1, 0.1 mg",
    )
    return replace(naltrexone, **changes)


def the_filler(**changes: str) -> Weighing:
    cellulose = Weighing(
        ingredient="Microcrystalline cellulose",
        grade="PH-102",
        maker="Hillcrest",
        lot_number="MCC-118",
        expires_on="31 Jan 2029",
        to_weigh="12,254.5 mg",
        accept="12,132.0 to 12,377.0 mg",
        balance="B1, 0.1 mg",
    )
    return replace(cellulose, **changes)


METHOD = (
    MethodStep(instruction="Check lots, expiry dates, balance and work area."),
    MethodStep(instruction="Weigh each powder on the balance named; a second person checks.", to_record=""),
    MethodStep(instruction="Line the mortar with a little of the filler.", to_record=""),
    MethodStep(
        instruction="Add the drug with its own bulk of filler and mix; keep doubling until all filler is in:",
        additions=("158 mg", "317 mg", "633 mg", "1,266 mg", "2,533 mg", "5,065 mg", "rest, 2,282 mg"),
        to_record="start / end",
    ),
    MethodStep(instruction="Mix to an even look, 10 minutes.", to_record="start / end"),
    MethodStep(instruction="Fill, level, tamp evenly, close and dust the capsules.", to_record="machine / initials"),
    MethodStep(instruction="Weigh ten capsules, count, reconcile.", to_record=""),
    MethodStep(instruction="Pack in tight, light-resistant containers and label.", to_record="time / initials"),
)
INSPECTION = Inspection(
    instruction="Net weight of ten capsules, mg. Each 108.5 mg to 132.5 mg (90 to 110 % of 120.5 mg).",
    capsules=tuple(str(number) for number in range(1, 11)),
    results=(
        "Mean empty shell, mg",
        "Mean net, mg",
        "RSD, at most 4 %",
        "Powder loss, at most 3 %",
        "Good",
        "Rejected",
        "Samples",
        "Total made",
    ),
    remark="Weight shows the fill, not the content: a capsule this weak cannot claim uniformity of content by weight.",
)
NOTE = PrintedFinding(
    severity="Note",
    message="The stability study ends at day 360; one year is its authors' proposal.",
)
SIZES = (
    SizeChoice(size="3", verdict="chosen", reason="first choice of the formulation; filler is 98.7 % of the fill."),
    SizeChoice(size="4", verdict="not chosen", reason="holds the dose, but size 3 comes first."),
    SizeChoice(size="2", verdict="not chosen", reason="no pack statistic for the filler's lot."),
    SizeChoice(size="1", verdict="not chosen", reason="no pack statistic for the filler's lot."),
)
UNCERTAINTY = PrintedUncertainty(
    expanded="0.126 %",
    coverage_factor="2",
    budget=(BudgetLine(term="Naltrexone hydrochloride", contribution="0.0632 %"),),
    left_out="Not in it: the certificate's assay, calibration, mixing and filling.",
)
DERIVATION = (
    DerivationLine(
        label="Potency",
        rule="assay × (1 − water)",
        numbers="0.992 × (1 − 0.016)",
        result="0.976128",
        source="CofA, lot NTX-2411",
    ),
    DerivationLine(
        label="Capsules to make",
        rule="ordered × (1 + extra), rounded up",
        numbers="100 × 1.03",
        result="103",
        source="NTX-CAPS version 3",
    ),
    DerivationLine(
        label="Drug powder per capsule",
        rule="strength ÷ potency",
        numbers="1.5 mg ÷ 0.976128",
        result="1.53668371361 mg",
        source="NTX-CAPS version 3",
    ),
    DerivationLine(
        label="Room it takes",
        rule="powder ÷ its pack statistic",
        numbers="1.53668371361 mg ÷ 180 mg",
        result="0.00853713174",
        source="Pack statistic, lot NTX-2411, size 3",
    ),
    DerivationLine(
        label="Filler per capsule",
        rule="filler statistic × (1 − room)",
        numbers="120 mg × 0.99146286826",
        result="118.975544191 mg",
        source="Pack statistic, lot MCC-118, size 3",
    ),
    DerivationLine(
        label="Fill per capsule",
        rule="drug powder + filler",
        numbers="1.53668371361 + 118.975544191 mg",
        result="120.512227905 mg",
        source="",
    ),
    DerivationLine(
        label="Naltrexone to weigh",
        rule="per capsule × capsules, to 0.1 mg, half up",
        numbers="1.53668371361 mg × 103 = 158.278422502 mg",
        result="158.3 mg",
        source="Balance B1",
    ),
    DerivationLine(
        label="Cellulose to weigh",
        rule="per capsule × capsules, to 0.1 mg, half up",
        numbers="118.975544191 mg × 103 = 12,254.4810517 mg",
        result="12,254.5 mg",
        source="Balance B1",
    ),
    DerivationLine(
        label="Least the balance weighs",
        rule="2 × max(repeatability, 0.41 × readability) ÷ tolerance",
        numbers="2 × 0.1 mg ÷ 0.01",
        result="20 mg",
        source="USP <41>",
    ),
    DerivationLine(
        label="Beyond-use date",
        rule="earliest of policy and expiries",
        numbers="21 Nov 2026 + 365 − 1 day; 30 Jun 2028; 31 Jan 2029",
        result="20 Nov 2027",
        source="NTX-CAPS version 3",
    ),
)


def a_worksheet(**changes: object) -> WorksheetDocument:
    plain = WorksheetDocument(
        pharmacy=PHARMACY,
        preparation="Naltrexone hydrochloride",
        strength="1.5 mg",
        form="capsules",
        strength_basis="Strength as naltrexone hydrochloride",
        lot_number="261121A0077",
        plan_number="1",
        plan_sha256=PLAN_SHA256,
        record_sha256=RECORD_SHA256,
        order_number="2611-018",
        formulation="NTX-CAPS",
        formulation_version="3",
        capsule_size="3",
        capsules_to_make="103",
        capsules_ordered="100",
        extra_capsules="3",
        compounded_on="21 Nov 2026",
        fill_per_capsule="120.5 mg",
        storage="Controlled room temperature, tight container, away from light",
        container="amber glass, 120 mL, child-resistant closure",
        beyond_use=BeyondUse(
            date="20 Nov 2027",
            limit="policy: 365 days, the day of compounding is day 1",
            reference="Cote, Ross, Fortner, Rao, IJPC 2018; 22(3): 252–256.",
            approved_by="A. Example, PharmD, 3 Nov 2026",
            approval_reason="Stability-indicating study of this formula over 360 days.",
        ),
        equipment=(
            Equipment(name="Balance B1", detail="0.1 mg, calibrated to 30 Jun 2027"),
            Equipment(name="Mortar, porcelain, 500 mL"),
            Equipment(name="Capsule machine", detail="100 holes, size 3"),
        ),
        weighings=(a_weighing(), the_filler()),
        method=METHOD,
        inspection=INSPECTION,
        findings=(NOTE,),
        sizes=SIZES,
        description="White powder in a clear size 3 capsule.",
        derivation=DERIVATION,
        references=("Formula: Cote, Ross, Fortner, Rao, IJPC 2018; 22(3): 252–256.",),
        planned="Planned 21 Nov 2026 09:14 by A. Example (typed name) with Compounder 0.1.0.",
        stickers=("Naltrexone hydrochloride", "Microcrystalline cellulose", "Our container label"),
        uncertainty=UNCERTAINTY,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # tests name the fields they change


def the_longest_worksheet() -> WorksheetDocument:
    """Five ingredients, twelve steps, eight findings with decisions, thirty lines of derivation, twenty capsules."""
    colours = (
        "Silica, colloidal anhydrous, pharmaceutical grade for oral use",
        "Riboflavin marker",
        "Magnesium stearate",
    )
    return a_worksheet(
        preparation="Naltrexone hydrochloride with riboflavin marker, slow release, B",
        strength="0.125 mg",
        weighings=(
            a_weighing(
                ingredient="Naltrexone hydrochloride trituration 1:10 in microcrystalline cellulose",
                maker="Made here",
                lot_number="261119A0031",
                expires_on="18 May 2027",
            ),
            the_filler(
                to_weigh="1,225,448.1 mg",
                accept="1,213,193.6 to 1,237,702.6 mg",
                estimated="Estimated: pack statistic measured at size 1",
            ),
            *(
                the_filler(
                    ingredient=name,
                    grade="",
                    lot_number=f"LOT-{name[:3].upper()}-0001",
                    to_weigh="1,250.0 mg",
                    accept="1,237.5 to 1,262.5 mg",
                )
                for name in colours
            ),
        ),
        method=METHOD
        + tuple(
            MethodStep(
                instruction=f"Further step {number}: sieve through 250 µm, return what stays on it to the mortar, "
                "grind it and sieve again until nothing stays."
            )
            for number in range(1, 5)
        ),
        inspection=replace(INSPECTION, capsules=tuple(str(number) for number in range(1, 21))),
        findings=tuple(
            PrintedFinding(
                severity=("Decide", "Caution", "Decide", "Note")[number % 4],
                message=f"Finding {number}: 0.125 mg is in the range but not usual; check it for a slipped point.",
                decided_by="" if number % 2 else "B. Second, PharmD, 21 Nov 2026 09:02",
                reason="" if number % 2 else f"Prescriber telephoned, reason {number}: slow titration agreed with her.",
            )
            for number in range(8)
        ),
        derivation=DERIVATION * 3,
        is_example=True,
    )


def a_label(**changes: object) -> LabelDocument:
    plain = LabelDocument(
        pharmacy=PHARMACY,
        preparation="Naltrexone hydrochloride",
        strength="1.5 mg",
        form="capsules",
        quantity="100 capsules",
        lot_number="261121A0077",
        beyond_use_date="20 Nov 2027",
        storage="Keep tightly closed, away from light.",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # tests name the fields they change


SIXTY_LETTERS = "Naltrexone hydrochloride with riboflavin marker, slow releas"
