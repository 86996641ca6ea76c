"""The list of opioids as the site's: names added, corrected, verified, withdrawn; screening goes by what stands now."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compounder.database.errors import NotFound, VersionTaken
from compounder.domain.errors import NotAccepted, OutOfBounds
from compounder.domain.record.journal import EntryKind
from compounder.services.care_errors import OpioidListed
from compounder.services.errors import NothingChanged
from compounder.services.opioids import (
    OpioidList,
    add_opioid,
    correct_opioid,
    known_opioids,
    opioid_file,
    opioid_list,
    verify_opioid,
    withdraw_opioid,
)
from tests.services.care import ACT
from tests.services.dispensing import ASKED, a_bottle, bottle, codes, dispensed, dispensing, previewed, ready
from tests.services.orders import ANNA, MORNING, SITE, Bench, entries
from tests.services.site_data import an_opioid


def change(bench: Bench, deed: Callable[..., None], *said: object) -> None:
    with bench.database.writing() as writing:
        deed(writing, ACT, *said)


def known(bench: Bench) -> OpioidList:
    with bench.database.reading() as reading:
        return opioid_list(reading, SITE)


def test_a_site_starts_with_the_packages_list(bench: Bench) -> None:
    every = known(bench)
    assert (every.version, every.opioids) == (1, known_opioids())
    assert sum(each.is_to_be_verified for each in every.names.values()) == 292


def test_a_name_of_the_sites_own_is_matched_and_stays_to_be_verified(bench: Bench) -> None:
    for _ in range(2):
        change(bench, add_opioid, an_opioid(), "A patient brought it from abroad")
    every = known(bench)
    listed = every.named("dolorex-retard")
    assert (every.version, len(every.opioids)) == (2, 338)
    assert (listed.is_of_the_package, listed.is_to_be_verified, listed.said.version) == (False, True, 1)


def test_a_name_that_is_listed_is_not_added_again(bench: Bench) -> None:
    with pytest.raises(OpioidListed, match="codeine is on the list already"):
        change(bench, add_opioid, an_opioid(name="CODEINE"), "We need it")


def test_verifying_keeps_who_when_and_what_was_read(bench: Bench) -> None:
    for _ in range(2):
        change(bench, verify_opioid, "buvidal", "Summary of product characteristics, May 2024, section 4.2")
    listed = known(bench).named("buvidal")
    assert (listed.verified_by, listed.verified_at) == (ANNA.name, MORNING)
    assert (listed.opioid.reference[:10], listed.is_to_be_verified, listed.said.version) == ("Summary of", False, 2)


def test_a_correction_changes_the_washout_and_takes_the_verification_with_it(bench: Bench) -> None:
    change(bench, verify_opioid, "buvidal", "Its label")
    before = known(bench).named("buvidal")
    corrected = replace(before.opioid, days_free=56)
    for _ in range(2):
        change(bench, correct_opioid, before.said.version, corrected, "A depot lasts for months")
    after = known(bench).named("buvidal")
    assert (before.opioid.washout, after.opioid.washout) == ("up to 14 days", "56 days")
    assert (after.verified_at, after.said.version) == (None, 3)
    with pytest.raises(NothingChanged, match="The list says all of this of Buvidal already"):
        change(bench, correct_opioid, 3, corrected, "Again")
    with pytest.raises(VersionTaken):
        change(bench, correct_opioid, 2, before.opioid, "It was right")


def test_a_withdrawn_name_is_matched_no_more_until_it_is_added_again(bench: Bench) -> None:
    change(bench, withdraw_opioid, "lomotil", "Nobody here takes it, and a vitamin is called so")
    every = known(bench)
    assert (len(every.opioids), every.named("lomotil").is_withdrawn) == (336, True)
    with pytest.raises(NothingChanged, match="Lomotil is withdrawn already"):
        change(bench, withdraw_opioid, "lomotil", "Again")
    change(bench, add_opioid, an_opioid(name="Lomotil", atc="A07DA01"), "It is sold again")
    assert len(known(bench).opioids) == 337
    with bench.database.reading() as reading:
        file = opioid_file(reading, SITE, "lomotil")
    assert [entry.kind for entry in file.entries] == [EntryKind.OPIOID_WITHDRAWN, EntryKind.OPIOID_ADDED]
    assert (file.listed.said.version, file.listed.is_of_the_package) == (3, True)


def test_every_change_makes_another_list(bench: Bench) -> None:
    seen = {(known(bench).version, known(bench).sha256)}
    change(bench, withdraw_opioid, "lomotil", "Not sold")
    seen.add((known(bench).version, known(bench).sha256))
    change(bench, verify_opioid, "buvidal", "Its label")
    seen.add((known(bench).version, known(bench).sha256))
    assert (len(seen), {version for version, _ in seen}) == (3, {1, 2, 3})


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"name": "—"}, NotAccepted),
        ({"atc": "opioid"}, NotAccepted),
        ({"days_free": 0}, OutOfBounds),
        ({"days_free": 91}, OutOfBounds),
        ({"reference": "x" * 301}, NotAccepted),
    ],
)
def test_an_opioid_says_what_can_be_matched_and_shown(changes: dict[str, Any], refused: type[Exception]) -> None:
    with pytest.raises(refused):
        an_opioid(**changes)


def test_a_name_that_nobody_listed_is_not_found(bench: Bench) -> None:
    with bench.database.reading() as reading, pytest.raises(NotFound, match="no opioid water"):
        opioid_file(reading, SITE, "water")


def test_dispensing_asks_by_the_list_as_it_is_and_keeps_which_it_was(bench: Bench, tmp_path: Path) -> None:
    _, prescription = ready(bench, tmp_path, medicines=("dolorex retard 20 mg",))
    request = a_bottle(prescription)
    assert codes(previewed(bench, request)) == []
    change(bench, add_opioid, an_opioid(days_free=21), "A patient brought it from abroad")
    (asked,) = previewed(bench, request).findings
    assert asked.message.endswith("Naltrexone blocks it; 21 days without it before the first dose.")
    decided = dispensing(bench, request, replace(ASKED, code="opioid-named"))
    before = entries(bench)
    kept = bottle(bench, dispensed(bench, decided))
    every = known(bench)
    said = json.loads(kept.entries[0].document)["screened_with"]
    assert said == {"list_version": 2, "sha256": every.sha256}
    assert (kept.opioid_list_version, entries(bench)) == (2, before + 2)
