"""A pharmacy of its own in a temporary folder, in which an order goes all the way; nothing of it outlives the check.

Each stage is made when it is first asked for, after the one before it, by the same services that the pages use. Two
people act: the technician plans and weighs, the pharmacist verifies and releases.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from compounder.database.engine import Connection, Database
from compounder.domain.batch.order import StrengthLine
from compounder.domain.people.person import Person, Signatory
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.record.second_entry import right_figures
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.units import MASS_PER_CAPSULE, format_reading, parse_quantity
from compounder.services.backup import BackedUp, back_up
from compounder.services.bench import Bench, bench_of, jar_of
from compounder.services.example import equip_example
from compounder.services.example_capsules import finish_capsules
from compounder.services.example_care import INA, PRESCRIBED, give_out, prescribe_example
from compounder.services.example_people import PHARMACIST, SITE, TECHNICIAN, add_example_people, morning
from compounder.services.example_shelf import stocked
from compounder.services.formulations import approve_formulation
from compounder.services.orders import OrderRequest, lot_numbers_of, preview
from compounder.services.releasing import release_batch
from compounder.services.signatures import Signing
from compounder.services.stepping import Stepping, finish_step
from compounder.services.storing import Storing, store_order
from compounder.services.verifying import verify_batch
from compounder.services.weighing import Weighing, weigh
from compounder.services.workspace import open_workspace
from compounder.settings import Settings

STRENGTHS: Final = ("1.5 mg", "3 mg")
CAPSULES: Final = 100
A_BOTTLE: Final = 30
_A_MONTH: Final = timedelta(days=30)
_REASON: Final = "The study follows this formula for 360 days; we accept its authors' year."


def line(strength: str, capsules: int) -> StrengthLine:
    """So many capsules of a strength."""
    return StrengthLine(strength=parse_quantity(strength, MASS_PER_CAPSULE), capsules=capsules)


class Scratch:
    """The scratch pharmacy in `folder`, on the day of `at`."""

    def __init__(self, folder: Path, at: datetime) -> None:
        self.folder, self.at = folder, at
        home = folder / "scratch"
        self.where = Settings(
            home=home, database_url=f"sqlite:///{home / 'compounder.db'}", keys=home / "keys", site=SITE, hosts=()
        )

    @cached_property
    def database(self) -> Database:
        """Open, with people, settings, and an approved formulation."""
        opened = (self.at - _A_MONTH).date()
        database = open_workspace(self.where, at=morning(opened))
        with database.writing() as writing:
            add_example_people(writing, SITE, at=morning(opened))
            equip_example(writing, morning(opened))
            approve_formulation(writing, "NTX-CAPS", 1, self.signing(PHARMACIST), reason=_REASON)
        return database

    @cached_property
    def request(self) -> OrderRequest:
        """An order of lots that were received, measured and released."""
        day = self.at.date()
        with self.database.writing() as writing:
            shelf = stocked(writing, day - _A_MONTH, day)
        return OrderRequest(
            formulation="NTX-CAPS",
            version=1,
            active_lot=shelf.drug,
            filler_lot=shelf.filler,
            compounded_on=day,
            balances=(),
            capsule_size=CapsuleSize.THREE,
            strengths=tuple(line(strength, CAPSULES) for strength in STRENGTHS),
        )

    def as_shown(self, request: OrderRequest, form: str) -> Storing:
        """An order as its form sends it, with what it showed."""
        with self.database.reading() as reading:
            shown = preview(reading, SITE, request)
        return Storing(
            site=SITE,
            request=request,
            decisions={},
            shown_sha256=shown.sha256,
            one_time_key=form,
            actor=TECHNICIAN.actor,
            at=self.at,
        )

    @cached_property
    def storing(self) -> Storing:
        """The order, to be sent."""
        return self.as_shown(self.request, "check")

    def store(self, storing: Storing) -> Sequence[str]:
        """Our lot numbers of the batches, once however often it is sent."""
        with self.database.writing() as writing:
            return lot_numbers_of(writing, SITE, store_order(writing, storing))

    @cached_property
    def planned(self) -> str:
        """Our lot number of the first batch, as it was planned."""
        return self.store(self.storing)[0]

    @cached_property
    def weighed(self) -> str:
        """The same, once every powder is weighed as planned."""
        while self.bench(self.planned).making.next_line is not None:
            self.keep(self.next_weighing(self.planned))
        return self.planned

    @cached_property
    def finished(self) -> str:
        """The same, once every step is ticked and its capsules are weighed and counted."""
        lot_number = self.weighed
        with self.database.writing() as writing:
            for stepping in self._steps(writing, lot_number):
                finish_step(writing, stepping)
        return lot_number

    @cached_property
    def verified(self) -> str:
        """The same, once the pharmacist entered the figures again."""
        self.verify(PHARMACIST)
        return self.finished

    @cached_property
    def released(self) -> str:
        """The same, released."""
        self.release(self.verified)
        return self.verified

    @cached_property
    def prescriptions(self) -> Sequence[str]:
        """Their numbers, each a patient's who was never born."""
        with self.database.writing() as writing:
            return prescribe_example(writing, self.at.date())

    @cached_property
    def bottle(self) -> str:
        """A bottle of the released batch, given out."""
        return self.give_out(INA, A_BOTTLE)

    @cached_property
    def kept(self) -> BackedUp:
        """The backup of all that was made until a bottle was given out."""
        _ = self.bottle
        return back_up(self.where, self.folder / "kept.backup")

    def bench(self, lot_number: str) -> Bench:
        """Where a batch's making stands."""
        with self.database.reading() as reading:
            return bench_of(reading, SITE, lot_number)

    def record(self, lot_number: str) -> CompoundingRecord:
        """A batch's record as it is now."""
        return self.bench(lot_number).record

    def next_weighing(self, lot_number: str) -> Weighing:
        """The next powder, weighed as planned from its jar by the technician."""
        bench = self.bench(lot_number)
        line = bench.making.next_line or 0
        planned = bench.making.weighings[line]
        with self.database.reading() as reading:
            jar = jar_of(reading, bench.record, planned)
        shown = format_reading(planned.to_weigh).replace(",", "")
        return Weighing(
            site=SITE,
            lot_number=lot_number,
            plan_number=bench.record.plan_number,
            line=line,
            lot=jar.lot.lot_number,
            balance=planned.balance,
            tared="0.0 mg",
            reading=shown,
            again=shown,
            one_time_key=f"check {line}",
            person=TECHNICIAN,
            at=self.at,
        )

    def keep(self, weighing: Weighing) -> None:
        """Send a weighing as the bench's form does."""
        with self.database.writing() as writing:
            weigh(writing, weighing)

    def verify(self, person: Person, **entered: str) -> Sequence[str]:
        """Enter the figures of the finished batch as this person, changed so; the labels of those that differ."""
        lot_number = self.finished
        figures = {**right_figures(self.record(lot_number)), **entered}
        with self.database.writing() as writing:
            return [asked.label for asked in verify_batch(writing, lot_number, figures, self.signing(person))]

    def release(self, lot_number: str) -> None:
        """Release it as the pharmacist."""
        with self.database.writing() as writing:
            release_batch(writing, lot_number, self.signing(PHARMACIST))

    def give_out(self, patient: int, capsules: int) -> str:
        """The number of a bottle of the released batch on the prescription of this patient of the example."""
        which = next(number for number, asked in enumerate(PRESCRIBED) if asked.who == patient)
        prescription, _ = self.prescriptions[which], self.released
        with self.database.writing() as writing:
            return give_out(writing, prescription, STRENGTHS[0], capsules, self.at.date())

    def signing(self, person: Person) -> Signing:
        """What this person signs now."""
        return Signing(site=SITE, signatory=Signatory(person=person), keys=self.where.keys, at=self.at)

    def place(self, name: str) -> Settings:
        """Another workspace beside it, with nothing in it yet."""
        home = Path(mkdtemp(prefix=f"{name}-", dir=self.folder)) / "home"
        url = f"sqlite:///{home / 'compounder.db'}"
        return replace(self.where, home=home, database_url=url, keys=home / "keys")

    def close(self) -> None:
        """Give the database's file back, where it was opened."""
        if "database" in self.__dict__:
            self.database.close()

    def _steps(self, connection: Connection, lot_number: str) -> Iterator[Stepping]:
        """Each step in turn; finished capsules are weighed and counted when the method comes to it."""
        while following := (bench := bench_of(connection, SITE, lot_number)).steps.following:
            if following.planned.weighs_capsules:
                finish_capsules(connection, bench.record, self.at.date(), turn=0)
            yield Stepping(
                site=SITE,
                lot_number=lot_number,
                plan_number=bench.record.plan_number,
                number=following.number,
                one_time_key=f"check {following.number}",
                person=TECHNICIAN,
                at=self.at,
            )
