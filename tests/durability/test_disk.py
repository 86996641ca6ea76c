"""What the disk is taken to hold after a power cut: all that was synced, and anything that POSIX allows of the rest."""

from collections.abc import Mapping
from pathlib import Path
from random import Random

from tests.durability.disk import Disk
from tests.fixtures.recorder import Event, Kind

HOME, FILE, FOLDER = Path("/served"), 1, 2
ONE, TWO = b"1" * 1024, b"2" * 1024
Image = Mapping[str, bytes]


def an_event(kind: Kind, file: int = FILE, offset: int = 0, data: bytes = b"", **changes: bool) -> Event:
    """Something done to a file, or to the folder."""
    claims = {"is_new": False, "is_folder": False, **changes}
    return Event(kind=kind, file=file, offset=offset, data=data, until=0, **claims)


CREATED = an_event(Kind.OPENED, data=b"/served/journal", is_new=True)
FOLDER_OPENED = an_event(Kind.OPENED, FOLDER, data=b"/served", is_folder=True)
FOLDER_SYNCED = an_event(Kind.SYNCED, FOLDER)
REMOVED = an_event(Kind.UNLINKED, 0, data=b"/served/journal")
SYNCED = an_event(Kind.SYNCED)
WRITES = (an_event(Kind.WRITTEN, data=ONE), an_event(Kind.WRITTEN, offset=1024, data=TWO))


def cuts_after(*events: Event) -> list[Image]:
    """What five hundred power cuts leave."""
    disk = Disk(HOME)
    for event in events:
        disk.do(event)
    chance = Random(0)
    return [disk.cut(chance) for _ in range(500)]


def test_what_was_synced_under_a_name_that_was_synced_is_there_after_every_cut() -> None:
    images = cuts_after(CREATED, *WRITES, SYNCED, FOLDER_OPENED, FOLDER_SYNCED)
    assert all(image == {"journal": ONE + TWO} for image in images)


def test_a_write_that_was_not_synced_may_be_missing_before_one_that_is_there() -> None:
    kept = {image["journal"] for image in cuts_after(CREATED, FOLDER_OPENED, FOLDER_SYNCED, *WRITES)}
    assert {b"", ONE, ONE + TWO, bytes(1024) + TWO} <= kept


def test_a_write_may_be_torn_between_sectors() -> None:
    kept = {image["journal"] for image in cuts_after(CREATED, FOLDER_OPENED, FOLDER_SYNCED, WRITES[0])}
    assert {ONE[:512], bytes(512) + ONE[:512]} <= kept
    assert all(len(content) % 512 == 0 for content in kept)


def test_a_synced_file_may_have_no_name_until_its_folder_is_synced() -> None:
    images = cuts_after(CREATED, *WRITES, SYNCED)
    assert {} in images
    assert {"journal": ONE + TWO} in images


def test_a_removed_file_may_come_back_until_its_folder_is_synced() -> None:
    before = (CREATED, *WRITES, SYNCED, FOLDER_OPENED, FOLDER_SYNCED, REMOVED)
    assert {"journal": ONE + TWO} in cuts_after(*before)
    assert all(image == {} for image in cuts_after(*before, FOLDER_SYNCED))


def test_a_file_that_was_cut_but_not_synced_may_still_be_long() -> None:
    before = (CREATED, *WRITES, SYNCED, FOLDER_OPENED, FOLDER_SYNCED)
    kept = {image["journal"] for image in cuts_after(*before, an_event(Kind.TRUNCATED, offset=1024))}
    assert kept == {ONE, ONE + TWO}
