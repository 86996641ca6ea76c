"""A hundred capsules of 4.5 mg whose plan is revised at the bench, as the entries of the batch tell it."""

from typing import Any

from compounder.domain.record.journal import EntryKind, JournalEntry
from tests.domain.orders import CELLULOSE, HYDROCHLORIDE, Document
from tests.domain.records import an_entry

REVISED = EntryKind.PLAN_REVISED
WHY = "Too much was tipped in."
FIRST = ("450.0 mg", "11700.0 mg")


def a_plan(capsules: int, drug: str, filler: str) -> Document:
    """What an entry says of a plan: capsules that hold 121.5 mg each, from two jars."""
    masses = ((HYDROCHLORIDE, drug), (CELLULOSE, filler))
    weighings = [{"ingredient": name, "to_weigh": mass, "exact": mass} for name, mass in masses]
    return {"capsules_to_make": capsules, "fill_per_capsule": "121.5 mg", "weighings": weighings}


def planned() -> JournalEntry:
    return an_entry(EntryKind.BATCH_PLANNED, plan=a_plan(100, *FIRST))


def recovered(number: int = 2, **said: Any) -> JournalEntry:
    """480.0 mg of the drug was weighed, for 106 capsules: 12,960 mg in all, of which they hold 12,879 mg."""
    told = {"way": "more-capsules", "line": 0, "reading": "480.0 mg", "carried": [1]}
    plan = a_plan(106, "480.0 mg", "12480.0 mg")
    usual: Document = {"plan_number": number, "plan": plan, "reason": WHY, "recovered": told}
    return an_entry(REVISED, by="Clara Kühn", minutes=5, **(usual | said))


def returned(number: int, to: int = 1) -> JournalEntry:
    """Back to the plan of this number."""
    said: Document = {
        "plan_number": number,
        "plan": a_plan(100, *FIRST),
        "reason": "As ordered.",
        "returned": {"to": to},
    }
    return an_entry(REVISED, by="Tom Weber", minutes=9, **said)
