"""What the papers say: finished strings only, so that a reprint calculates nothing and formats nothing.

Contents of the compounding record: USP <795> (2023), Texas 22 TAC 291.131, California 16 CCR 1735.3. An empty string is
printed as nothing where the comment on the field says so.
"""

from dataclasses import dataclass

from compounder.printing.inspection_document import Inspection, PrintedFinding, PrintedResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Pharmacy:
    name: str
    address: str
    telephone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """One thing used at the bench: "Balance B1", "0.1 mg, calibrated to 30 Jun 2027"."""

    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """One component: what is planned; what is weighed is written by hand beside it."""

    ingredient: str
    grade: str = ""  # "PH-102"
    maker: str
    lot_number: str
    dated: str = "exp"  # "BUD" of what was made here
    expires_on: str
    potency: str = ""  # "0.976128"; empty for what is not corrected
    to_weigh: str  # "158.3 mg"
    to_crush: str = ""  # "crush 4 tablets"; empty for powder
    accept: str  # "156.8–159.8 mg"
    balance: str  # "B1, 0.1 mg"
    actual: str = ""  # "158.4 mg", where the record knows it; otherwise it is written by hand
    used: str = ""  # "on B0", where it was weighed on another balance than planned; "sent by B1", where nobody typed it
    day: str = ""  # "21 Nov 2026" and "12:31", where it was weighed at the bench
    time: str = ""
    by: str = ""  # "Clara Kühn", likewise
    estimated: str = ""  # "Pack statistic estimated from size 1"; empty when it was measured


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedLine:
    """What a balance sent, as it came: the evidence of a figure that nobody typed."""

    said: str  # "B1 sent of naltrexone hydrochloride, 21 Nov 2026 12:31:07, mt-sics, by the program of Clara Kühn:"
    line: str  # "S S      158.3 mg"


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodStep:
    """One step of the method. `additions` are the masses of a geometric dilution, each with its own box to tick on
    paper; at the bench it is the step that was ticked."""

    instruction: str
    additions: tuple[str, ...] = ()
    to_record: str = "time / initials"  # what the line beside it is for; empty: no line
    done: str = ""  # "21 Nov 2026 12:31", where it was ticked at the bench; "by" likewise
    by: str = ""
    started: str = ""  # "from 12:21", where its time was taken
    lacking: str = ""  # "not weighed here", where it was ticked and nothing of it was entered


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedDeviation:
    """What went otherwise than planned, where, and what a pharmacist said of it."""

    where: str  # "Step 3"
    what: str  # "Line the mortar with filler. …"
    said: str
    by: str  # "Clara Kühn, 21 Nov 2026 12:31"
    assessed: str = ""  # "Olga Petrova, 21 Nov 2026 14:02: The mix is even all the same."


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLot:
    """How the mass of the second lot follows from what the first really gave: wanted, minus that, times a quotient."""

    rule: str  # "second = (wanted − first) × first's potency ÷ second's potency."
    wanted: str  # "158.2784 mg"
    exchange: str  # "0.976128 ÷ 0.968"


@dataclass(frozen=True, slots=True, kw_only=True)
class TriturationSteps:
    """A trituration that is made before the batch: what is weighed into it, and how it is mixed."""

    name: str  # "T1"
    lot_number: str
    ratio: str  # "1:10"
    ratio_in_words: str  # "one part in ten parts total"
    total: str  # "1,500 mg"
    beyond_use_date: str
    used_by: str  # "Make it once, for 0.5 mg, 1.5 mg and 3 mg"
    weighings: tuple[Weighing, ...]
    method: tuple[MethodStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLine:
    """What one weighing contributes: "T1: naltrexone hydrochloride", "0.256 %"."""

    term: str
    contribution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedUncertainty:
    """The expanded uncertainty, the budget it comes from, and what it leaves out."""

    expanded: str  # "0.555 %"
    coverage_factor: str
    budget: tuple[BudgetLine, ...]
    left_out: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BeyondUse:
    """The beyond-use date, which limit set it, and the authority: who approved the version, when, and why."""

    date: str
    limit: str
    reference: str
    approved_by: str = ""
    approval_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeChoice:
    """One capsule size that was looked at: "chosen" or "not chosen", and why."""

    size: str
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivationLine:
    label: str
    rule: str
    numbers: str
    result: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedAssay:
    """What a laboratory found in single capsules, and what it comes to."""

    verdict: str  # "Passes: acceptance value 4.3"
    contents: tuple[str, ...]  # "98.2", % of label claim, one for each capsule
    results: tuple[PrintedResult, ...]
    derivation: tuple[DerivationLine, ...]
    findings: tuple[PrintedFinding, ...]
    entered: tuple[str, ...]  # "Example Laboratory, report 7, 20 Nov 2026; entered 22 Nov 2026 10:14 by T. Example"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedSignature:
    """An act that was signed on the screen."""

    meaning: str  # "Verified"
    who: str  # "A. Example, pharmacist"
    at: str  # "22 Nov 2026 10:14"
    reason: str = ""
    remark: str = ""  # why it does not hold, or that it is of an earlier state


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedAmendment:
    """What was put right: the old value stays readable."""

    what: str  # "Beyond-use date"
    was: str
    now: str
    reason: str
    by: str  # "A. Example, 22 Nov 2026 10:14"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCheckpoint:
    """What proves the journal up to a moment: the line that a code holds, and its words and letters to be read."""

    moment: str  # "22 Nov 2026 10:14"
    entries: str  # "1,234"
    text: str  # the whole line
    head: str  # "COMPOUNDER 1 A 1234 20261122T091403Z"
    root: str  # in groups of eight letters
    signature: str  # the same


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksheetDocument:
    """The compounding record of one batch, as it is printed for the bench."""

    pharmacy: Pharmacy
    preparation: str  # "Naltrexone hydrochloride"
    strength: str  # "1.5 mg"
    form: str  # "capsules"
    strength_basis: str  # "strength as naltrexone hydrochloride"
    lot_number: str
    plan_number: str
    plan_sha256: str  # 64 hexadecimal digits, in groups if they should be read in groups
    record_sha256: str  # the same, of the whole record: on every sheet
    order_number: str
    formulation: str
    formulation_version: str
    capsule_size: str
    capsules_to_make: str
    capsules_ordered: str
    extra_capsules: str
    compounded_on: str
    fill_per_capsule: str
    storage: str
    container: str
    beyond_use: BeyondUse
    equipment: tuple[Equipment, ...]
    weighings: tuple[Weighing, ...]
    method: tuple[MethodStep, ...]
    inspection: Inspection
    findings: tuple[PrintedFinding, ...]
    sizes: tuple[SizeChoice, ...]
    description: str  # what the finished preparation should look like
    derivation: tuple[DerivationLine, ...]
    references: tuple[str, ...]
    planned: str  # "Planned 21 Nov 2026 09:14 by A. Example with Compounder 0.1.0"
    stickers: tuple[str, ...]  # what each sticker of a lot is of
    triturations: tuple[TriturationSteps, ...] = ()  # in the sequence they are made
    second_lot: SecondLot | None = None
    uncertainty: PrintedUncertainty | None = None  # None in records that were stored before it was worked out
    checkpoint: PrintedCheckpoint | None = None  # None where nobody signs
    signatures: tuple[PrintedSignature, ...] = ()
    assay: PrintedAssay | None = None  # None until a laboratory reports
    content: str = ""  # "1.5002 mg per capsule, planned 1.5 mg, +0.01 %"; empty unless it was weighed at the bench
    discarded: tuple[str, ...] = ()  # "171.2 mg of naltrexone hydrochloride, 21 Nov 2026 12:31, Clara Kühn: spilled"
    recovered: tuple[str, ...] = ()  # "Plan 2, 21 Nov 2026 12:31, Clara Kühn: 171.2 mg of … was weighed. Capsules: …"
    sent: tuple[PrintedLine, ...] = ()  # where balances sent what they showed
    amendments: tuple[PrintedAmendment, ...] = ()
    deviations: tuple[PrintedDeviation, ...] = ()
    is_example: bool = False
    void: str = ""  # "Void 22 Nov 2026 by A. Example: wrong lot"; empty while the batch stands


@dataclass(frozen=True, slots=True, kw_only=True)
class TriturationWorksheetDocument:
    """The compounding record of one trituration, as it is printed for the bench, or once it is made."""

    pharmacy: Pharmacy
    preparation: str  # "Naltrexone hydrochloride trituration"
    form: str  # "powder for compounding"
    ratio: str  # "1:10"
    ratio_in_words: str  # "one part in ten parts total"
    strength: str  # "98.72 mg/g"
    strength_is: str  # "Strength, planned"
    strength_basis: str  # "as naltrexone hydrochloride"
    used_by: str  # "Make it once, for 0.5 mg, 1.5 mg and 3 mg"
    lot_number: str
    plan_sha256: str
    record_sha256: str
    order_number: str
    formulation: str
    formulation_version: str
    compounded_on: str
    total: str  # "1,500.1 mg"
    storage: str
    container: str
    beyond_use: BeyondUse
    equipment: tuple[Equipment, ...]
    weighings: tuple[Weighing, ...]
    method: tuple[MethodStep, ...]
    results: tuple[str, ...]  # each result to write down
    derivation: tuple[DerivationLine, ...]
    uncertainty: PrintedUncertainty
    references: tuple[str, ...]
    planned: str
    stickers: tuple[str, ...]
    checkpoint: PrintedCheckpoint | None = None
    is_example: bool = False
    void: str = ""
