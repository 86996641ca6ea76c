"""Whether everything that people were told at their benches is true, and every gram is where the ledger says it is."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

from compounder.database import journal, stock
from compounder.database.engine import Connection, open_database
from compounder.domain.record.journal import EntryKind
from compounder.domain.units import MASS, Mass, format_shown, mg, of, parse_mass
from compounder.services.proving import verify
from compounder.services.signing import public_keys
from compounder.services.weighing_errors import EverythingWeighed, NotTheNext
from tests.durability.pharmacy import SITE
from tests.hands.pharmacy import Shop, on_hand_of
from tests.hands.weighing import Sent, refused

_LACKING = re.compile(r"(\S+ m?g) of lot (\S+) is needed and (\S+ m?g) is free\. Choose another lot\.")
SERVER_FAILED = 500
Told = tuple[str, str, str, str]
"""Who weighed which step of which batch, and how much."""


def untrue(shop: Shop, sent: Sequence[Sent]) -> list[str]:
    """Everything that is not as it was told, or not as `compounder verify` wants it."""
    with closing(open_database(shop.settings.database_url)) as database:
        with database.reading() as reading:
            found = [*_answered(sent), *_kept(reading, sent), *_refused_rightly(reading, shop, sent)]
            found += [each for lot_id in shop.jars.values() for each in _below_nothing(reading, lot_id)]
        found += list(_spent(shop, sent, on_hand_of(database, shop.jars)))
    findings = verify(shop.settings.database_url, public_keys(shop.settings.keys)).findings
    return [*found, *(each.sentence for each in findings)]


def _answered(sent: Sequence[Sent]) -> Iterator[str]:
    for one in sent:
        if one.status >= SERVER_FAILED:
            yield f"{one.name} was answered with {one.status}: {one.said}"


def _kept(connection: Connection, sent: Sequence[Sent]) -> Iterator[str]:
    """The journal has each weighing that was told once, and none that was not; each line was weighed once."""
    told = Counter((one.name, one.batch, one.step, one.reading) for one in sent if one.is_weighed)
    kept = Counter(_weighed(connection))
    for weighing in (told - kept) + (kept - told):
        yield f"{weighing} was told {told[weighing]} times and is there {kept[weighing]} times."
    for (batch, step), times in Counter((batch, step) for _, batch, step, _ in kept.elements()).items():
        if times != 1:
            yield f"Step {step} of batch {batch} was weighed {times} times."


def _weighed(connection: Connection) -> Iterator[Told]:
    with closing(journal.every_entry(connection)) as entries:
        for entry, _ in entries:
            if entry.kind is EntryKind.BATCH_WEIGHED:
                said = json.loads(entry.document)
                step = f"{said['plan_number']}-{said['line']}"
                yield entry.actor.name, entry.subject, step, said["typed"][0]


def _refused_rightly(connection: Connection, shop: Shop, sent: Sequence[Sent]) -> Iterator[str]:
    """Who was told that a line was past had been passed by another; who was told that a jar lacks it met it so."""
    weighed = {(one.batch, one.step): one.name for one in sent if one.is_weighed}
    for one in refused(sent):
        past = str(NotTheNext(lot_number=one.batch)), str(EverythingWeighed(lot_number=one.batch))
        if one.said in past and weighed.get((one.batch, one.step), one.name) != one.name:
            continue
        if (lacking := _LACKING.fullmatch(one.said)) and _is_lacking(connection, shop, one, lacking):
            continue
        yield f"{one.name} at {one.batch} {one.step} with {one.reading} was told: {one.said}"


def _is_lacking(connection: Connection, shop: Shop, one: Sent, said: re.Match[str]) -> bool:
    """Whether the jar ever had just as much for this batch as the refusal says, and that is less than was read."""
    needed, number, there = said.groups()
    reading, planned = parse_mass(one.reading), parse_mass(one.planned)
    free = {format_shown(each + planned, MASS) for each in _free(connection, shop.jars[number])}
    is_less = parse_mass(there.replace(",", "")) < reading
    return number == one.jar and needed == format_shown(reading, MASS) and is_less and there in free


def _free(connection: Connection, lot_id: str) -> Iterator[Mass]:
    """What nobody had reserved of a lot, after each of its movements."""
    free = of(0, mg)
    for movement in stock.movements(connection, SITE, lot_id):
        free = free + movement.on_hand_change - movement.reserved_change
        yield free


def _below_nothing(connection: Connection, lot_id: str) -> Iterator[str]:
    for free in _free(connection, lot_id):
        if free < of(0, mg):
            yield f"Lot {lot_id} had {free} free."


def _spent(shop: Shop, sent: Sequence[Sent], after: Mapping[str, Mass]) -> Iterator[str]:
    """Each jar has what it had before less what was read of it, to the nanogram."""
    for number, before in shop.on_hand.items():
        taken = sum((parse_mass(one.reading) for one in sent if one.is_weighed and one.jar == number), start=of(0, mg))
        if after[number] != before - taken:
            yield f"Lot {number} had {before}, {taken} was taken, and it has {after[number]}."
