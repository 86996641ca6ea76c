"""What exact units cost: one batch planned, its document written, against bare Decimal: `python -m bench planning`.

Two floors. *Figures*: the same arithmetic in bare Decimal, its figures as text. *Document*: the very same document
written by hand, every sentence of it, compared with ours before anything is timed. Processor time, the least of
interleaved runs; trust the ratios.
"""

import time
from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import Any

from bench.table import Row, Target, Work
from compounder.codec.converter import read, write
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.plan import require_plans, work_out_order
from compounder.domain.calendar import format_day, parse_day

CALLS = 20
ACTIVE, FILLER = "naltrexone hydrochloride", "microcrystalline cellulose"
DOCUMENT: dict[str, Any] = {
    "compounded_on": "2026-11-21",
    "strength_basis": ACTIVE,
    "strengths": [{"strength": "1.5 mg", "capsules": 100}],
    "capsule_size": "3",
    "extra_capsules": {"percent": "3"},
    "active": {
        "substance": ACTIVE,
        "assay_percent": "99.2",
        "assay_basis": "anhydrous",
        "water_percent": "1.6",
        "pack_statistics": {"3": "180 mg"},
        "expires_on": "2028-06-30",
    },
    "filler": {"substance": FILLER, "pack_statistics": {"3": "120 mg"}, "expires_on": "2029-01-31"},
    "balances": [{"name": "B1", "readability": "0.1 mg", "repeatability": "0.1 mg"}],
    "weighing_tolerance_percent": "1",
    "beyond_use": {"days": 365, "day_of_compounding": 1},
}
ORDER = read(DOCUMENT, BatchOrder)
TWELVE = read(
    DOCUMENT
    | {
        "strengths": [{"strength": f"{half / 2:g} mg", "capsules": 100} for half in range(1, 13)],
        "capsule_size": None,
        "balances": [{"name": f"B{n}", "readability": "0.1 mg", "repeatability": f"0.{n} mg"} for n in (1, 2, 3)],
    },
    BatchOrder,
)
TRITURATED = read(
    DOCUMENT
    | {
        "strengths": [{"strength": f"{half / 2:g} mg", "capsules": 30} for half in range(1, 13)],
        "balances": [
            {"name": "B1", "readability": "0.1 mg", "repeatability": "0.1 mg", "capacity": "20 g"},
            {"name": "B2", "readability": "1 mg", "repeatability": "1 mg", "capacity": "200 g"},
            {"name": "B3", "readability": "10 mg", "repeatability": "10 mg", "capacity": "2 kg"},
        ],
        "trituration": "when-needed",
    },
    BatchOrder,
)

KEPT, SHOWN, EXACT = (
    Context(prec=15, rounding=ROUND_HALF_UP),
    Context(prec=12, rounding=ROUND_HALF_UP),
    Context(prec=24),
)
ONE, TWO, HUNDRED = Decimal(1), Decimal(2), Decimal(100)
STRENGTH, ASSAY, WATER, EXTRA = Decimal("1.5"), Decimal("0.992"), Decimal("0.016"), Decimal("0.03")
ACTIVE_FULL, FILLER_FULL, VOLUME, TAPPED = Decimal(180), Decimal(120), Decimal("0.3"), Decimal(450)
STEP, SPREAD, TOLERANCE = Decimal("0.1"), Decimal("0.1"), Decimal("0.01")
ORDERED, POLICY_DAYS, STUDY_DAYS = 100, 365, 360
COMPOUNDED, ACTIVE_EXPIRY, FILLER_EXPIRY = parse_day("2026-11-21"), parse_day("2028-06-30"), parse_day("2029-01-31")


def text(number: Decimal, digits: Context) -> str:
    """A plain decimal without trailing zeros."""
    plain = f"{digits.plus(number):f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def commas(number: str) -> str:
    """Commas from 1,000."""
    whole, point, rest = number.partition(".")
    return f"{int(whole):,}{point}{rest}"


def steps(mass: Decimal, rounding: str) -> Decimal:
    """A mass in whole steps of the balance."""
    return EXACT.divide(mass, STEP).quantize(ONE, rounding) * STEP


def weighing(ingredient: str, role: str, exact: Decimal, least: Decimal) -> dict[str, str | None]:
    """One weighing's figures."""
    reading = steps(exact, ROUND_HALF_UP)
    return {
        "ingredient": ingredient,
        "role": role,
        "exact": f"{text(exact, KEPT)} mg",
        "to_weigh": f"{reading} mg",
        "residual": f"{text(reading - exact, KEPT)} mg",
        "balance": "B1",
        "minimum_weighable": f"{text(least, KEPT)} mg",
        "accept_from": f"{min(steps(exact * (1 - TOLERANCE), ROUND_CEILING), reading)} mg",
        "accept_to": f"{max(steps(exact * (1 + TOLERANCE), ROUND_FLOOR), reading)} mg",
        "trituration": None,
        "tablets": None,
    }


def portions(active: Decimal, filler: Decimal) -> list[str]:
    """Geometric dilution."""
    found, portion = [], active
    while portion < filler:
        found.append(portion)
        filler, portion = filler - portion, 2 * portion
    return [f"{text(each, KEPT)} mg" for each in (*found, filler)]


def bare_figures() -> dict[str, Any]:  # a line a figure of the document, as it stands there
    """Every figure of the batch, in bare Decimal, as text."""
    potency = ASSAY * (1 - WATER)
    made = int((ORDERED * (1 + EXTRA)).to_integral_value(ROUND_CEILING))
    active = STRENGTH / potency
    room = active / ACTIVE_FULL
    filler = FILLER_FULL * (1 - room)
    least = TWO * max(SPREAD, Decimal("0.41") * STEP) / TOLERANCE
    to_weigh = [weighing(ACTIVE, "active", active * made, least), weighing(FILLER, "filler", filler * made, least)]
    last_day = min(COMPOUNDED + timedelta(days=POLICY_DAYS - 1), ACTIVE_EXPIRY, FILLER_EXPIRY)
    number = (last_day - COMPOUNDED).days + 1
    relative = max(SPREAD, Decimal("0.41") * STEP) / (active * made) * HUNDRED
    budget = [{"term": ACTIVE, "percent": text(relative, KEPT)}]
    notes = f"The stability study ends at day {STUDY_DAYS}; this beyond-use date is day {number}. "
    return {
        "strength": f"{text(STRENGTH, KEPT)} mg",
        "capsules_ordered": ORDERED,
        "capsules_to_make": made,
        "capsule_size": "3",
        "sizes_considered": [],
        "potency": text(potency, KEPT),
        "active_per_capsule": f"{text(active, KEPT)} mg",
        "filler_per_capsule": f"{text(filler, KEPT)} mg",
        "fill_per_capsule": f"{text(active + filler, KEPT)} mg",
        "fill_method": "pack-statistic",
        "estimates": [],
        "weighings": to_weigh,
        "geometric_dilution": portions(steps(active * made, ROUND_HALF_UP), steps(filler * made, ROUND_HALF_UP)),
        "beyond_use_date": last_day.isoformat(),
        "beyond_use_limit": f"policy: {POLICY_DAYS} days, the day of compounding is day 1",
        "findings": [
            {"severity": "note", "code": "beyond-study-data", "message": f"{notes}Its authors propose one year."}
        ],
        "uncertainty": {"percent": text(TWO * relative, KEPT), "coverage_factor": 2, "budget": budget},
    }


def bare_document() -> dict[str, Any]:
    """The whole document by hand: the figures, and the derivation with every number in it."""
    figures = bare_figures()
    return figures | {"derivation": [dict(zip(LINE, line, strict=True)) for line in derivation(figures)]}


LINE = ("label", "formula", "with", "result", "source")


def derivation(figures: dict[str, Any]) -> list[tuple[str, ...]]:  # a line of the document after the other
    """The derivation's lines, each number formatted where it stands."""
    potency = ASSAY * (1 - WATER)
    active = STRENGTH / potency
    room = active / ACTIVE_FULL
    filler = FILLER_FULL * (1 - room)
    made = figures["capsules_to_make"]
    drug, rest = f"{text(active, SHOWN)} mg", f"{text(filler, SHOWN)} mg"
    masses = [commas(text(mass * made, SHOWN)) for mass in (active, filler)]
    readings = [commas(str(steps(mass * made, ROUND_HALF_UP))) for mass in (active, filler)]
    halving = f"per capsule × capsules, half up to {STEP} mg"
    last_day = format_day(COMPOUNDED + timedelta(days=POLICY_DAYS - 1))
    counted = f"{format_day(COMPOUNDED)} + {POLICY_DAYS} days − 1 = {last_day}"
    expiries = f"{format_day(ACTIVE_EXPIRY)}; {format_day(FILLER_EXPIRY)}"
    least = text(TWO * max(SPREAD, Decimal("0.41") * STEP) / TOLERANCE, SHOWN)
    yield_ = f"{ORDERED:,} × (1 + {text(EXTRA * HUNDRED, KEPT)} %)"
    full = f"{text(ACTIVE_FULL, SHOWN)} mg"
    return [
        (
            "Potency",
            "assay × (1 − water)",
            f"{text(ASSAY, SHOWN)} × (1 − {text(WATER, SHOWN)})",
            text(potency, SHOWN),
            "certificate of analysis, anhydrous basis",
        ),
        ("Capsules to make", "ordered × (1 + extra), rounded up", yield_, f"{made:,}", "formulation"),
        (
            "Drug powder per capsule",
            "strength ÷ potency",
            f"{text(STRENGTH, SHOWN)} mg ÷ {text(potency, SHOWN)}",
            drug,
            "USP <1160>",
        ),
        (
            "Room the drug takes",
            "drug powder ÷ its pack statistic",
            f"{drug} ÷ {full}",
            text(room, SHOWN),
            "pack statistic of the lot",
        ),
        (
            "Filler per capsule",
            "filler's pack statistic × (1 − room)",
            f"{text(FILLER_FULL, SHOWN)} mg × (1 − {text(room, SHOWN)})",
            rest,
            "USP <1160>",
        ),
        ("Fill per capsule", "drug powder + filler", f"{drug} + {rest}", f"{text(active + filler, SHOWN)} mg", "sum"),
        (
            f"{ACTIVE.capitalize()} to weigh",
            halving,
            f"{drug} × {made:,} = {masses[0]} mg",
            f"{readings[0]} mg",
            "balance B1",
        ),
        (
            f"{FILLER.capitalize()} to weigh",
            halving,
            f"{rest} × {made:,} = {masses[1]} mg",
            f"{readings[1]} mg",
            "balance B1",
        ),
        (
            "Least that B1 weighs",
            "2 × max(repeatability, 0.41 × readability) ÷ tolerance",
            f"2 × max({SPREAD} mg, 0.41 × {STEP} mg) ÷ {text(TOLERANCE, SHOWN)}",
            f"{least} mg",
            "USP <41>, tolerance 1 %",
        ),
        (
            "Beyond-use date",
            "earliest of the policy and the expiries",
            f"{counted}; {expiries}",
            last_day,
            figures["beyond_use_limit"],
        ),
    ]


def plans_of(order: BatchOrder) -> list[Any]:
    """The plans, as documents."""
    return list(write(list(require_plans(work_out_order(order).outcomes))))


def whole_answer(order: BatchOrder) -> list[Any]:
    """Batches, triturations and alternatives, as documents."""
    outcome = work_out_order(order)
    return [write(list(part)) for part in (require_plans(outcome.outcomes), outcome.triturations, outcome.alternatives)]


FIGURES: dict[str, Work] = {
    "one batch": lambda: plans_of(ORDER),
    "bare Decimal, the figures": bare_figures,
    "bare Decimal, the document": bare_document,
    "twelve strengths, three balances": lambda: plans_of(TWELVE),
    "twelve strengths, three balances, triturations": lambda: whole_answer(TRITURATED),
    "one order read": lambda: read(DOCUMENT, BatchOrder),
}
ROWS = (
    ("one batch", "bare Decimal, the figures", Target(times=60)),
    ("one batch", "bare Decimal, the document", Target(times=60)),
    ("twelve strengths, three balances", "one batch", Target(seconds=0.2)),
    ("twelve strengths, three balances, triturations", "one batch", Target(seconds=0.2)),
    ("one order read", "one batch", None),
)


def least_seconds(rounds: int) -> dict[str, float]:
    """The least processor time of one call of each figure, warmed up, interleaved."""
    least = dict.fromkeys(FIGURES, float("inf"))
    for _ in range(rounds):
        for name, work in FIGURES.items():
            began = time.process_time()
            for _ in range(CALLS):
                work()
            least[name] = min(least[name], (time.process_time() - began) / CALLS)
    return least


def rows(rounds: int = 25) -> Iterator[Row]:
    """Each figure against its floor."""
    ours, by_hand = plans_of(ORDER)[0], bare_document()
    if ours != by_hand:
        raise ValueError(f"The floor is not the same document:\n{ours}\n{by_hand}")
    least = least_seconds(rounds)
    for figure, floor, target in ROWS:
        yield Row(figure=figure, measured=least[figure], floor=floor, floor_measured=least[floor], target=target)
