"""The leaflet in a site's own words: versions, approved by a second person before a patient reads them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from compounder.database.engine import Connection
from compounder.database.errors import NotFound, VersionTaken
from compounder.domain.care.leaflet_words import AS_BROUGHT, LeafletWords
from compounder.domain.record.journal import EntryKind
from compounder.services.care_errors import WordedByYou
from compounder.services.errors import NothingChanged
from compounder.services.leaflets import approve_leaflet, leaflet_file, revise_leaflet, words_in_use
from tests.services.care import ACT
from tests.services.orders import SITE, Bench, entries
from tests.services.people import ANNA, BERTA
from tests.services.signing import signing_of
from tests.services.site_data import some_words

BY_BERTA = replace(ACT, actor=BERTA.actor)


@pytest.fixture
def writing(bench: Bench) -> Iterator[Connection]:
    """A write that the test does all of its deeds in."""
    with bench.database.writing() as writing:
        yield writing


def test_a_version_is_printed_once_a_second_person_approved_it(writing: Connection, tmp_path: Path) -> None:
    assert words_in_use(writing, SITE) == AS_BROUGHT
    for _ in range(2):
        revise_leaflet(writing, ACT, some_words())
    assert words_in_use(writing, SITE) == AS_BROUGHT
    with pytest.raises(WordedByYou, match="another pharmacist or owner reads and approves it"):
        approve_leaflet(writing, 2, signing_of(ANNA, tmp_path))
    for _ in range(2):
        approve_leaflet(writing, 2, signing_of(BERTA, tmp_path))
    file = leaflet_file(writing, SITE)
    assert (words_in_use(writing, SITE), file.in_use) == (some_words(), some_words())
    assert [entry.kind for entry in file.entries] == [EntryKind.LEAFLET_REVISED, EntryKind.LEAFLET_APPROVED]
    approved = json.loads(file.entries[1].document)
    assert (approved["version"], approved["sha256"]) == (2, file.versions[0].sha256)
    assert "Berta" in approved["signature"]["claim"]


def test_of_two_people_who_word_it_anew_the_second_is_told(bench: Bench, writing: Connection) -> None:
    revise_leaflet(writing, ACT, some_words())
    with pytest.raises(VersionTaken, match="Version 2 of the leaflet exists already"):
        revise_leaflet(writing, BY_BERTA, some_words(text="Take it later."))
    with pytest.raises(NothingChanged, match="Version 2 says all of this already"):
        revise_leaflet(writing, BY_BERTA, some_words(3))


def test_to_go_back_to_the_programs_words_is_a_version_too(writing: Connection, tmp_path: Path) -> None:
    revise_leaflet(writing, ACT, some_words())
    approve_leaflet(writing, 2, signing_of(BERTA, tmp_path))
    back = LeafletWords(version=3, texts={}, reason="The first words were better")
    revise_leaflet(writing, ACT, back)
    approve_leaflet(writing, 3, signing_of(BERTA, tmp_path))
    assert words_in_use(writing, SITE) == back


def test_a_version_that_is_not_there_is_not_found(bench: Bench, tmp_path: Path) -> None:
    before = entries(bench)
    with bench.database.writing() as writing, pytest.raises(NotFound, match="leaflet version 2"):
        approve_leaflet(writing, 2, signing_of(BERTA, tmp_path))
    assert entries(bench) == before
