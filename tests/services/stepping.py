"""What somebody does after the weighings, each in a transaction of its own, as a form would."""

from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any, Final

from compounder.database import formulations
from compounder.domain.formulary.formulation import Formulation
from compounder.domain.formulary.instruction import Instruction
from compounder.domain.people.person import Person
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.steps import Steps
from compounder.services.deviating import Assessing, Deviating, assess_deviation, note_deviation
from compounder.services.stepping import Stepping, finish_step, start_step
from tests.services.benches import a_batch, at_bench, weigh_next
from tests.services.orders import SITE, Bench, an_entry, approval
from tests.services.signing import CLARA, NOON, OLGA

TIMED: Final = 5
_keys = count()


def with_a_time(formulation: Formulation, minutes: int = 10) -> Formulation:
    """The next version: its fifth step, the mixing to an even look, lasts so long."""
    steps = [
        Instruction(words=step.words, minutes=minutes) if number == TIMED else step
        for number, step in enumerate(formulation.steps, 1)
    ]
    return replace(formulation, version=formulation.version + 1, steps=tuple(steps), reason="A mixing time")


def a_timed_batch(bench: Bench, minutes: int = 10) -> str:
    """Our lot number of a batch by a version that has a mixing time; everything is weighed."""
    with bench.database.writing() as writing:
        first = formulations.version(writing, SITE, "NTX-CAPS", 1).formulation
        revised = with_a_time(first, minutes)
        entry = an_entry(writing, EntryKind.FORMULATION_REVISED, revised)
        formulations.add_version(writing, SITE, revised, entry)
        formulations.approve(writing, SITE, "NTX-CAPS", 2, approval())
    return a_weighed_batch(bench, version=2)


def a_weighed_batch(bench: Bench, **changes: Any) -> str:
    """Our lot number of a batch, every powder of it weighed at the bench."""
    number = a_batch(bench, **changes)
    for _ in at_bench(bench, number).making.weighings:
        weigh_next(bench, number)
    return number


def steps_of(bench: Bench, number: str) -> Steps:
    """How far the steps are."""
    return at_bench(bench, number).steps


def a_step(bench: Bench, number: str, **changes: Any) -> Stepping:
    """The next step of the batch, by Clara at noon."""
    now = at_bench(bench, number)
    following = now.steps.following
    usual: dict[str, Any] = {"plan_number": now.record.plan_number, "number": following.number if following else 1}
    if "step" in changes:
        usual["number"] = changes.pop("step")
    usual |= {"one_time_key": f"step {next(_keys)}", "person": CLARA, "at": NOON}
    return Stepping(site=SITE, lot_number=number, **{**usual, **changes})


def tick(bench: Bench, number: str, **changes: Any) -> None:
    """Somebody ticks the next step."""
    with bench.database.writing() as writing:
        finish_step(writing, a_step(bench, number, **changes))


def start(bench: Bench, number: str, **changes: Any) -> None:
    """Somebody starts the next step's time."""
    with bench.database.writing() as writing:
        start_step(writing, a_step(bench, number, **changes))


def tick_before(bench: Bench, number: str, step: int) -> None:
    """Every step before this one is ticked."""
    while (following := steps_of(bench, number).following) and following.number < step:
        tick(bench, number)


def tick_all(bench: Bench, number: str) -> None:
    """Every step is ticked."""
    tick_before(bench, number, len(steps_of(bench, number).every) + 1)


def note(
    bench: Bench,
    number: str,
    said: str = "The pestle slipped.",
    *,
    line: int | None = None,
    step: int | None = None,
    person: Person = CLARA,
    at: datetime = NOON,
    key: str = "",
) -> None:
    """Somebody writes down what went otherwise; at step 3 if no place is named."""
    place = {"line": line, "step": 3 if line is None and step is None else step}
    with bench.database.writing() as writing:
        key = key or f"deviation {next(_keys)}"
        deviating = Deviating(site=SITE, lot_number=number, said=said, one_time_key=key, person=person, at=at, **place)
        note_deviation(writing, deviating)


def assess(
    bench: Bench, number: str, said: str = "The mix is even.", person: Person = OLGA, entry: int | None = None
) -> None:
    """Somebody assesses the newest deviation."""
    newest = at_bench(bench, number).deviations[-1].number if entry is None else entry
    with bench.database.writing() as writing:
        assess_deviation(
            writing, Assessing(site=SITE, lot_number=number, deviation=newest, said=said, person=person, at=NOON)
        )
