"""Random courses, as documents: mostly what a pharmacy writes, some of it far out, a little of it impossible."""

import random
from datetime import date, timedelta
from typing import Any

from compounder.checking.oracle.random_orders import a_day

STRENGTHS = ("0.5 mg", "1 mg", "1.5 mg", "0.75 mg", "500 mcg", "0.25 mg", "0.1 mg", "4.5 mg", "0.000001 mg")


def a_random_course(chance: random.Random) -> dict[str, Any]:
    """One course, from one source of chance."""
    course: dict[str, Any] = {
        "start_on": a_day(chance, 2024, 2032),
        "supply_days": chance.choice((30, 42, 60, 90, *(chance.randint(1, 150) for _ in range(8)), a_far_day(chance))),
        "fill_with": chance.choice(("step-strengths", *STRENGTHS)),
    }
    if chance.random() < 0.7:
        course["protocol"] = chance.choice(("standard", "gradual", "trial"))
    if "protocol" not in course or chance.random() < 0.3:
        course["steps"] = some_steps(chance)
    return course | beside(chance, course)


def a_far_day(chance: random.Random) -> int:
    """A supply at or beyond the ends of what is accepted, or somewhere between."""
    return chance.choice((0, 1, 365, 366, 3_650, 3_651, chance.randint(151, 3_650)))


def some_steps(chance: random.Random) -> list[dict[str, Any]]:
    """One to six steps, most with their days; once in a while none."""
    if chance.random() < 0.02:
        return []
    unit = chance.choice((5, 5, 15, 15, 1, 75))
    doses = [f"{unit * chance.randint(1, 6)}" for _ in range(chance.randint(1, 6))]
    steps = [{"dose": a_dose(chance, tenths), "days": some_days(chance)} for tenths in doses]
    if chance.random() < 0.6:
        del steps[-1]["days"]
    if chance.random() < 0.02:
        steps[0].pop("days", None)
    return steps


def a_dose(chance: random.Random, tenths: str) -> str:
    """So many tenths of a milligram, in one of its spellings."""
    whole, tenth = divmod(int(tenths), 10)
    return f"{tenths}00 mcg" if chance.random() < 0.2 else f"{whole}.{tenth} mg"


def some_days(chance: random.Random) -> int:
    """Days of a step, once in a while too few or too many."""
    return chance.choice((7, 7, 14, 14, 28, chance.randint(1, 60), chance.randint(1, 60), chance.randint(0, 3_651)))


def beside(chance: random.Random, course: dict[str, Any]) -> dict[str, Any]:
    """The days of steps, a beyond-use date, an earlier treatment."""
    start, keys = date.fromisoformat(course["start_on"]), dict[str, Any]()
    if chance.random() < (0.9 if course.get("protocol") == "trial" and "steps" not in course else 0.02):
        keys["step_days"] = chance.choice((7, 14, chance.randint(1, 60)))
    if chance.random() < 0.3:
        keys["beyond_use_date"] = (start + timedelta(days=chance.randint(-5, 400))).isoformat()
    if chance.random() < 0.3:
        keys["treatment_started_on"] = (start - timedelta(days=chance.randint(0, 120))).isoformat()
    return keys
