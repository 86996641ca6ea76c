"""Random orders, as documents: mostly what a pharmacy writes, some of it far out, a little of it impossible."""

import random
from datetime import date, timedelta
from typing import Any

from compounder.checking.oracle.orders import BASE, DIHYDRATE, HYDROCHLORIDE, LADDER

USUAL = ["0.5 mg", "1 mg", "1.5 mg", "2 mg", "2.5 mg", "3 mg", "3.5 mg", "4 mg", "4.5 mg"]


def an_order(chance: random.Random) -> dict[str, Any]:
    """One order, from one source of chance."""
    method = chance.choice(("statistic", "statistic", "density", "mass"))
    order = {
        "compounded_on": a_day(chance, 2024, 2029),
        "strength_basis": chance.choice((HYDROCHLORIDE, HYDROCHLORIDE, BASE, DIHYDRATE)),
        "strengths": strengths(chance),
        "capsule_size": chance.choice((None, "3", "3", *LADDER)),
        "extra_capsules": chance.choice(({"percent": a_share(chance, 0, 50)}, {"count": chance.randint(0, 51)})),
        "active_overage_percent": chance.choice(("0", "5", a_share(chance, 0, 10))),
        "correct_for_potency": chance.random() < 0.85,
        "active": an_active(chance, method),
        "filler": a_filler(chance, method),
        "balances": balances(chance),
        "weighing_tolerance_percent": chance.choice(("1", "1", "5", "0.1", a_share(chance, 0, 10))),
        "beyond_use": a_policy(chance),
    }
    if method == "mass":
        order["fill_per_capsule"] = f"{chance.choice((100, 120, 135, 136, 250, 600, 700))} mg"
    if chance.random() < 0.2:
        order["capsule_volumes"] = {size: f"{chance.randint(10, 150) / 100} mL" for size in some_sizes(chance)}
    if chance.random() < 0.5:
        order["formulation"] = a_formulation(chance)
    return order | weighed_otherwise(chance, order)


def a_number(chance: random.Random, least: int, most: int) -> str:
    """A plain decimal with at most six digits after the point."""
    places = chance.choice((0, 0, 1, 1, 2, 3, 6))
    return f"{chance.randint(least * 10**places, most * 10**places) / 10**places:.{places}f}"


def a_share(chance: random.Random, least: int, most: int) -> str:
    """A percentage, once in a while beyond the bounds."""
    return str(most + 1) if chance.random() < 0.02 else a_number(chance, least, most)


def a_day(chance: random.Random, first: int, last: int) -> str:
    """A day, or its end of month."""
    day = date(first, 1, 1) + timedelta(days=chance.randrange(365 * (last - first)))
    return chance.choice((day, day, day.replace(day=28), day.replace(month=1, day=31))).isoformat()


def an_expiry(chance: random.Random) -> str:
    """A day, or a month."""
    day = a_day(chance, 2024, 2032)
    return day[:7] if chance.random() < 0.2 else day


def strengths(chance: random.Random) -> list[dict[str, Any]]:
    """One to four, each once."""
    usual = chance.sample(USUAL, chance.randint(1, 3))
    odd = [f"{chance.randint(1, 9)}.00{chance.randint(1, 9)} mg", f"{chance.randint(1, 400)}.5 mg", "250.25 mcg"]
    chosen = [*usual, *(text for text in odd if chance.random() < 0.15)]
    return [{"strength": text, "capsules": count(chance)} for text in dict.fromkeys(chosen)]


def count(chance: random.Random) -> int:
    """Capsules, once in a while too many."""
    return chance.choice(
        (1, 30, 60, 90, 100, chance.randint(1, 1_000), chance.randint(1, 100_000), 100_001 - chance.randrange(2))
    )


def an_active(chance: random.Random, method: str) -> dict[str, Any]:
    """A powder with its certificate."""
    powder = chance.choice((HYDROCHLORIDE, HYDROCHLORIDE, DIHYDRATE, DIHYDRATE, BASE))
    basis = chance.choice(("as-is", "anhydrous", "dried"))
    active: dict[str, Any] = {"substance": powder, "assay_percent": assay(chance), "assay_basis": basis}
    if basis == "anhydrous" or chance.random() < 0.1:
        active["water_percent"] = a_share(chance, 0, chance.choice((6, 12, 30)))
    if basis == "dried" or chance.random() < 0.1:
        active["loss_on_drying_percent"] = a_share(chance, 0, 12)
    if chance.random() < 0.6:
        active["assay_expressed_as"] = chance.choice((HYDROCHLORIDE, HYDROCHLORIDE, BASE, DIHYDRATE))
    if chance.random() < 0.3:
        active["residual_solvent_percent"] = a_share(chance, 0, 2)
    return active | packing(chance, method, 150, 600) | {"expires_on": an_expiry(chance)}


def assay(chance: random.Random) -> str:
    """Mostly about 100 %, once in a while impossible."""
    return "49.9" if chance.random() < 0.01 else chance.choice(("100", "99.2", a_number(chance, 88, 106)))


def a_filler(chance: random.Random, method: str) -> dict[str, Any]:
    """Cellulose, as it lies in the jar."""
    filler = {"substance": "microcrystalline cellulose", "expires_on": an_expiry(chance)} | packing(
        chance, method, 80, 600
    )
    if chance.random() < 0.1:
        filler["tapped_density"] = f"0.{chance.randint(30, 60)} g/mL"
    return filler


def packing(chance: random.Random, method: str, least: int, most: int) -> dict[str, Any]:
    """How the powder fills capsules: by statistics, by density, or both."""
    found: dict[str, Any] = {}
    if method == "statistic" or chance.random() < 0.1:
        found["pack_statistics"] = {size: f"{a_number(chance, least, most)} mg" for size in some_sizes(chance)}
    if method == "density" or chance.random() < 0.1:
        found["density"] = f"0.{chance.randint(20, 95)} g/mL"
    return found


def some_sizes(chance: random.Random) -> list[str]:
    """Usually size 3 among them."""
    sizes = set(chance.sample(LADDER, chance.randint(0, 5)))
    return sorted(sizes | {"3"} if chance.random() < 0.9 else sizes)


def balances(chance: random.Random) -> list[dict[str, Any]]:
    """One to three, of both kinds, in any unit."""
    return [a_balance(chance, f"B{number}") for number in range(1, chance.randint(2, 4))]


def a_balance(chance: random.Random, name: str) -> dict[str, Any]:
    """Electronic or prescription balance, some with a capacity."""
    step = chance.choice(("0.1 mg", "0.1 mg", "1 mg", "0.001 g", "0.01 g", "10 mcg", "5 mg", "0.0001 g"))
    balance: dict[str, Any] = {"name": name, "readability": step}
    if chance.random() < 0.25:
        balance["sensitivity_requirement"] = chance.choice(("6 mg", "10 mg", "0.002 g"))
    else:
        balance["repeatability"] = chance.choice(("0 mg", "0.1 mg", "0.15 mg", "0.0008 g", "50 mcg"))
    if chance.random() < 0.3:
        balance["capacity"] = chance.choice(("20 g", "120 g", "3 kg", "500 mg"))
    return balance


def a_policy(chance: random.Random) -> dict[str, int]:
    """In days or in months, counted from day 1 or day 0."""
    number = chance.randint(0, 1)
    days = chance.choice((180, 365, 365, 360, 361, chance.randint(1, 3_650)))
    return {"day_of_compounding": number} | chance.choice(({"days": days}, {"months": chance.choice((1, 6, 12, 120))}))


def a_formulation(chance: random.Random) -> dict[str, Any]:
    """What the formulation allows, some of it left out."""
    rules = {
        "strength_range": ["0.1 mg", "6 mg"],
        "usual_strengths": chance.choice((USUAL, USUAL[:3])),
        "capsule_sizes": chance.choice((["3", "4", "2", "1"], ["3"], list(LADDER))),
        "minimum_filler_fraction": chance.choice(("0.1", "0.5", "0.985", "0")),
    }
    return {key: rule for key, rule in rules.items() if chance.random() < 0.8}


def weighed_otherwise(chance: random.Random, order: dict[str, Any]) -> dict[str, Any]:
    """For some orders a trituration, tablets, a trituration in stock, or a second lot; now and then two of these."""
    found: dict[str, Any] = {}
    if chance.random() < 0.2:
        found |= a_trituration(chance)
    if chance.random() < 0.15:
        found["source"] = chance.choice((tablets, in_stock))(chance)
    if chance.random() < 0.1:
        found["next_active"] = {"powder": another_lot(chance, order["active"]), "first_gives": a_rest(chance)}
    return found


def a_trituration(chance: random.Random) -> dict[str, Any]:
    """A mode, one or two ratios, and what the site asks for."""
    ratios = chance.sample(("1:2", "1:3", "1:5", "1:10", "1:20", "1:50", "1:100"), chance.choice((1, 2)))
    return {
        "trituration": chance.choice(("each", "shared", "when-needed", "when-needed")),
        "ratios": ratios,
        "trituration_excess_percent": chance.choice(("0", "5")),
        "uncertainty_target_percent": chance.choice(("1", "5", "10", "50")),
    }


def tablets(chance: random.Random) -> dict[str, Any]:
    """Crushed tablets, most of them with a statistic."""
    found: dict[str, Any] = {"tablet_strength": "50 mg", "mean_tablet_mass": f"{a_number(chance, 60, 400)} mg"}
    if chance.random() < 0.9:
        found["pack_statistics"] = {size: f"{a_number(chance, 80, 600)} mg" for size in some_sizes(chance)}
    return found


def in_stock(chance: random.Random) -> dict[str, Any]:
    """What is left of a trituration."""
    budget = [{"term": term, "percent": a_number(chance, 0, 1)} for term in ("drug", "diluent")]
    fraction = chance.choice(("0.5", "0.1", "0.05", "0.333333"))
    return {"name": "S1", "active_fraction": fraction, "expires_on": an_expiry(chance), "budget": budget}


def another_lot(chance: random.Random, active: dict[str, Any]) -> dict[str, Any]:
    """The same powder with another assay and date; once in a while packing otherwise, or another substance."""
    changes: dict[str, Any] = {"assay_percent": a_number(chance, 90, 102), "expires_on": an_expiry(chance)}
    if chance.random() < 0.3:
        changes["pack_statistics"] = {"3": f"{a_number(chance, 150, 600)} mg"}
    if chance.random() < 0.05:
        changes["substance"] = chance.choice((HYDROCHLORIDE, BASE))
    return active | changes


def a_rest(chance: random.Random) -> str:
    """What the first jar still gives."""
    return f"{chance.choice((1, 20, 100, 300, 1_000, 20_000))}.{chance.randint(1, 9)} mg"
