"""Orders of every kind, each stored, made, finished, verified and released once, or what else became of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bench.filling.capturing import DAY, TECHNICIAN, Pharmacy, TableRow
from bench.filling.lot_acts import LOTS
from bench.filling.opening import BALANCE, SITE, at
from bench.filling.templates import Captured, Cell, iso, spelled
from compounder.database.engine import Connection
from compounder.domain.batch.order import StrengthLine
from compounder.domain.quality.weights import CapsuleWeights
from compounder.domain.quality.yields import Reconciliation
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.record.second_entry import right_figures
from compounder.domain.record.trituration_record import as_planned
from compounder.domain.stock.shells import EMPTY_SHELLS, CapsuleSize
from compounder.domain.units import MASS, MASS_PER_CAPSULE, READING, magnitude, mg, of, parse_quantity, quantity_text
from compounder.services.batches import batch_file, void_batch
from compounder.services.corrections import recall_batch
from compounder.services.finishing import Finishing, count_capsules, weigh_capsules
from compounder.services.making import Making, make_trituration
from compounder.services.orders import OrderRequest, lot_numbers_of, preview
from compounder.services.releasing import release_batch
from compounder.services.storing import Storing, store_order
from compounder.services.triturations import of_batch, trituration_file
from compounder.services.verifying import verify_batch
from compounder.services.weighing import Weighing, weigh

A_BOTTLE: Final = 30
SHELL: Final = EMPTY_SHELLS[CapsuleSize.THREE]
OFF_BY: Final = tuple(map(Decimal, ("-1.6", "0.9", "0.3", "-0.4", "2.1", "-0.8", "1.2", "-1.9", "0.6", "-0.2")))
A_LOT_OF_THE_ORDER: Final = re.compile(r'"lot":\{"free":"[^"]*","grade":"[^"]*","lot_id":"(\d+)"')


@dataclass(frozen=True, kw_only=True)
class Story:
    """An order: its strengths and the capsules of each; whether its powders were weighed at the bench or on paper, and
    what became of it. `often` is how often it comes among the others; of each batch so many `bottles` are filled."""

    strengths: tuple[str, ...]
    capsules: int
    often: float
    at_bench: bool = False
    ends: str = "released"

    @property
    def bottles(self) -> int:
        return self.capsules // A_BOTTLE if self.ends == "released" else 0


STORIES: Final = (
    Story(strengths=("0.5 mg",), capsules=60, often=7),
    Story(strengths=("1 mg",), capsules=30, often=7, at_bench=True),
    Story(strengths=("1.5 mg",), capsules=60, often=14, at_bench=True),
    Story(strengths=("2 mg",), capsules=30, often=6),
    Story(strengths=("2.5 mg",), capsules=30, often=5, at_bench=True),
    Story(strengths=("3 mg",), capsules=60, often=14),
    Story(strengths=("3.5 mg",), capsules=30, often=4),
    Story(strengths=("4 mg",), capsules=30, often=4, at_bench=True),
    Story(strengths=("4.5 mg",), capsules=60, often=16),
    Story(strengths=("1.5 mg",), capsules=120, often=1, at_bench=True),
    Story(strengths=("4.5 mg",), capsules=120, often=1),
    Story(strengths=("1.5 mg", "3 mg", "4.5 mg"), capsules=30, often=9),
    Story(strengths=("0.5 mg", "1 mg"), capsules=30, often=3),
    Story(strengths=("3 mg",), capsules=30, often=1, ends="voided"),
    Story(strengths=("4.5 mg",), capsules=30, often=0.1, ends="recalled"),
    Story(strengths=("1.5 mg",), capsules=30, often=0, ends="planned"),
)
"""What orders are like: with these, about one and a half bottles a batch."""


def order_made(pharmacy: Pharmacy, story: Story) -> Captured:
    """All that an order left."""
    numbers: list[str] = []

    def make(writing: Connection) -> None:
        numbers.extend(_stored(writing, pharmacy, story))
        if story.ends == "voided":
            void_batch(writing, numbers[0], pharmacy.signing(9), reason="Ordered twice")
        elif story.ends != "planned":
            _triturate(writing, numbers[0])
            for number in numbers:
                _make(writing, pharmacy, story, number)

    rows = pharmacy.captured(make)
    return Captured(
        rows=rows,
        day=DAY,
        texts={**_of_lots(pharmacy, rows), **_of_batches(rows, numbers), TECHNICIAN.name: "technician"},
        cells={("orders", "id"): "order", ("triturations", "id"): "trituration", ("ingredient_lots", "id"): "made id"},
        numbers=_numbers(pharmacy, rows),
        fixed=frozenset({pharmacy.opened.isoformat()}),
    )


def _of_lots(pharmacy: Pharmacy, rows: Sequence[TableRow]) -> Mapping[str, str]:
    """What the documents of an order say of its two lots, and how much of each was free."""
    (order,) = (str(row["document"]) for table, row in rows if table == "orders")
    named: dict[str, str] = {}
    for role, lot in LOTS.items():
        expires = lot.expires_on.toordinal()
        named |= {
            lot.lot_number: f"{role} number",
            lot.maker: f"{role} maker",
            iso(expires): f"{role} expires",
            spelled(expires): f"{role} expires in words",
            f'"lot_id":"{pharmacy.lots[role]}"': f"{role} id as key",
        }
    for found in A_LOT_OF_THE_ORDER.finditer(order):
        role = next(role for role, lot_id in pharmacy.lots.items() if lot_id == found[1])
        free = found[0].split(",")[0].removeprefix('"lot":{')
        named[free] = f"{role} free"
    return named


def _of_batches(rows: Sequence[TableRow], numbers: Sequence[str]) -> Mapping[str, str]:
    """Our numbers of the order, of its batches and of what was made for them."""
    named = {number: f"lot {place}" for place, number in enumerate(numbers)}
    for table, row in rows:
        if table == "orders":
            named[str(row["order_number"])] = "order number"
        elif table == "triturations":
            named[str(row["lot_number"])] = "lot of the trituration"
            named[f'"lot_id":"{row["ingredient_lot_id"]}"'] = "made id as key"
    return named


def _numbers(pharmacy: Pharmacy, rows: Sequence[TableRow]) -> Mapping[tuple[str, Cell], str]:
    """The ids: of the order, its batches, its lots, its trituration and the lot that it became."""
    of = ("lot_id", "ingredient_lot_id", "filler_lot_id")
    named: dict[tuple[str, Cell], str] = {
        (column, int(lot_id)): f"{role} id" for role, lot_id in pharmacy.lots.items() for column in of
    }
    batches = sorted(int(row["id"] or 0) for table, row in rows if table == "batches")
    for place, number in enumerate(batches):
        named |= {("id", number): f"batch {place}", ("batch_id", number): f"batch {place}"}
    for table, row in rows:
        if table == "orders":
            named |= {("order_id", row["id"]): "order"}
        elif table == "triturations":
            named |= {("trituration_id", row["id"]): "trituration"}
            named |= {(column, row["ingredient_lot_id"]): "made id" for column in of}
            named |= {("subject", str(row["ingredient_lot_id"])): "made id in words"}
    return named


def _stored(writing: Connection, pharmacy: Pharmacy, story: Story) -> Sequence[str]:
    """Our lot numbers of the batches."""
    request = OrderRequest(
        formulation="NTX-CAPS",
        version=1,
        active_lot=pharmacy.lots["active"],
        filler_lot=pharmacy.lots["filler"],
        compounded_on=DAY,
        balances=(),
        capsule_size=CapsuleSize.THREE,
        strengths=tuple(
            StrengthLine(strength=parse_quantity(strength, MASS_PER_CAPSULE), capsules=story.capsules)
            for strength in story.strengths
        ),
    )
    storing = Storing(
        site=SITE,
        request=request,
        decisions={},
        shown_sha256=preview(writing, SITE, request).sha256,
        one_time_key=f"a template: {story}",
        actor=TECHNICIAN.actor,
        at=at(DAY, 8, 30),
    )
    return lot_numbers_of(writing, SITE, store_order(writing, storing))


def _triturate(writing: Connection, batch: str) -> None:
    """Make what an order draws on, if it does: its masses as planned."""
    for row in of_batch(writing, SITE, batch):
        making = Making(
            site=SITE,
            lot_number=row.lot_number,
            weights=as_planned(trituration_file(writing, SITE, row.lot_number).stored.record.plan),
            made_on=DAY,
            one_time_key=f"a template: {row.lot_number}",
            actor=TECHNICIAN.actor,
            at=at(DAY, 9),
        )
        make_trituration(writing, making)


def _make(writing: Connection, pharmacy: Pharmacy, story: Story, number: str) -> None:
    record = batch_file(writing, SITE, number).record
    if story.at_bench:
        _weigh(writing, record)
    finishing = Finishing(site=SITE, lot_number=number, person=TECHNICIAN, at=at(DAY, 11))
    weigh_capsules(writing, finishing, _weights(record), balance=BALANCE.name)
    count_capsules(writing, finishing, _count(record, story.capsules))
    verify_batch(writing, number, right_figures(record), pharmacy.signing(12))
    release_batch(writing, number, pharmacy.signing(13))
    if story.ends == "recalled":
        recall_batch(writing, number, pharmacy.signing(16), reason="Grey specks seen in two capsules")


def _weigh(writing: Connection, record: CompoundingRecord) -> None:
    """Each powder, as much as planned."""
    for line, planned in enumerate(record.plan.weighings):
        reading = quantity_text(planned.to_weigh, READING)
        weighing = Weighing(
            site=SITE,
            lot_number=record.lot_number,
            plan_number=1,
            line=line,
            lot=LOTS[planned.role.value].lot_number,
            balance=BALANCE.name,
            tared="0.0 mg",
            reading=reading,
            again=reading,
            one_time_key=f"a template: {record.lot_number} {line}",
            person=TECHNICIAN,
            at=at(DAY, 10, 5 * line),
        )
        weigh(writing, weighing)


def _weights(record: CompoundingRecord) -> CapsuleWeights:
    """Ten capsules about the planned fill."""
    fill = magnitude(record.plan.fill_per_capsule, MASS_PER_CAPSULE) + magnitude(SHELL, MASS)
    tenth = Decimal("0.1")
    return CapsuleWeights(
        filled=tuple(parse_quantity(f"{(fill + off).quantize(tenth)} mg", READING) for off in OFF_BY),
        mean_empty_shell=SHELL,
    )


def _count(record: CompoundingRecord, ordered: int) -> Reconciliation:
    """As many good ones as were ordered; what is over is rejected or kept as samples."""
    made = record.plan.capsules_to_make
    return Reconciliation(
        made=made,
        good=ordered,
        rejected=(made - ordered) // 2,
        samples=(made - ordered + 1) // 2,
        powder_weighed=sum((weighing.to_weigh.to(mg) for weighing in record.plan.weighings), start=of(0, mg)),
        powder_left=of(0, mg),
    )
