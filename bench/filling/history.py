"""Ten years of a pharmacy, day by day: so many batches with all that belongs to them, the same for the same seed."""

import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench.filling.book import Book
from bench.filling.capturing import Pharmacy
from bench.filling.care_acts import care_acts
from bench.filling.counter import Counter
from bench.filling.lot_acts import LOTS, lot_received, lot_used_up
from bench.filling.opening import OWNER, PHARMACIST, TECHNICIANS, open_pharmacy, where
from bench.filling.order_acts import STORIES, order_made
from bench.filling.orders import DAYS, LAST_DAY, OPENED, Kind, Orders
from bench.filling.shelves import Shelves
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
    """The acts of a pharmacy, each done once in a workspace of its own that is gone afterwards."""
    key = signing_key(filling.workspace.keys)

    def template(captured: Captured) -> Template:
        return Template(captured, lambda claim: key.sign(claim).hex(), book.leaves)

    with tempfile.TemporaryDirectory() as folder:
        workspace = where(f"sqlite:///{folder}/once.db", Path(folder), Path(folder) / "keys")
        with closing(open_pharmacy(workspace, OPENED, filling.seed, ())) as database:
            pharmacy = Pharmacy(database, workspace, OPENED)
            received = {role: template(lot_received(pharmacy, role)) for role in LOTS}
            made = [Kind(story, pharmacy.lots, order_made(pharmacy, story), template) for story in STORIES]
            care = {name: template(captured) for name, captured in care_acts(pharmacy)}
            used_up = {role: template(lot_used_up(pharmacy, role)) for role in LOTS}
    return Orders(book, Shelves(book, received, used_up), Counter(book, care), made, book.batches - filling.whole)
