"""Ten years of a pharmacy, day by day: so many batches with all that belongs to them, the same for the same seed."""

import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.filling.book import Book
from bench.filling.capturing import Pharmacy
from bench.filling.care_acts import care_acts
from bench.filling.counter import Counter
from bench.filling.lot_acts import LOTS, lot_received, lot_used_up
from bench.filling.opening import OWNER, PHARMACIST, TECHNICIANS, open_pharmacy, where
from bench.filling.order_acts import STORIES, Story, order_made
from bench.filling.orders import LAST_DAY, OPENED, Kind, Orders
from bench.filling.shelves import DAYS, Shelves
from bench.filling.tables import in_bulk
from bench.filling.templates import Captured, Template
from compounder.services.signing import signing_key
from compounder.settings import Settings


@dataclass(frozen=True)
class Filling:
    """What to fill: a workspace, with so many batches, of which the newest have `whole` documents."""

    workspace: Settings
    batches: int
    whole: int
    seed: int


def fill(filling: Filling, tell: Callable[[int], None]) -> None:
    """Fill a new workspace; `tell` is told of so many more batches."""
    with (
        closing(open_pharmacy(filling.workspace, OPENED, filling.seed, (OWNER, PHARMACIST, *TECHNICIANS))) as database,
        in_bulk(database) as (connection, tables),
    ):
        book = Book(connection, tables, filling.batches, filling.seed)
        orders = _prepared(filling, book)
        for day in range(OPENED.toordinal() + 1, LAST_DAY.toordinal() + 1):
            tell(orders.make(day, filling.batches * (day - OPENED.toordinal()) // DAYS))
        orders.close()
        book.close(connection)


def _prepared(filling: Filling, book: Book) -> Orders:
    """Orders, lots and patients that come as the acts' templates have them."""
    acts, key = acts_of(filling.seed), signing_key(filling.workspace.keys)

    def template(captured: Captured) -> Template:
        return Template(captured, lambda claim: key.sign(claim).hex(), book.leaves)

    received, used_up = (
        {role: template(captured) for role, captured in each.items()} for each in (acts.received, acts.used_up)
    )
    counter = Counter(book, {name: template(captured) for name, captured in acts.care.items()})
    kinds = [Kind(story, acts.lots, captured, template) for story, captured in acts.orders.items()]
    return Orders(book, Shelves(book, received, used_up), counter, kinds, book.batches - filling.whole)


@dataclass(frozen=True, kw_only=True)
class Acts:
    """Every act as it was done once, and the ids of the two lots that orders took from."""

    lots: Mapping[str, str]
    received: Mapping[str, Captured]
    orders: Mapping[Story, Captured]
    care: Mapping[str, Captured]
    used_up: Mapping[str, Captured]


@cache
def acts_of(seed: int) -> Acts:
    """The acts of a pharmacy with this seed's key, each done once in a workspace of its own that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = where(f"sqlite:///{folder}/once.db", Path(folder), Path(folder) / "keys")
        with closing(open_pharmacy(workspace, OPENED, seed, ())) as database:
            pharmacy = Pharmacy(database, workspace, OPENED)
            return Acts(
                received={role: lot_received(pharmacy, role) for role in LOTS},
                orders={story: order_made(pharmacy, story) for story in STORIES},
                care=dict(care_acts(pharmacy)),
                used_up={role: lot_used_up(pharmacy, role) for role in LOTS},
                lots=pharmacy.lots,
            )
