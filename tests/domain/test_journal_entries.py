"""Entries of the journal: the hash of one, and the words that its history shows of it."""

import hashlib
from dataclasses import replace

import pytest

from compounder.domain.record.journal import EntryKind, leaf_hash, reason_of
from tests.domain.orders import Document
from tests.domain.records import an_entry


def test_a_leafs_hash_is_the_published_one() -> None:
    """Of an empty leaf: the reference tree of Certificate Transparency; of any other, RFC 6962, section 2.1."""
    assert leaf_hash("") == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert leaf_hash("Kühn") == hashlib.sha256(b"\x00K\xc3\xbchn").hexdigest()


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"reason": "Spilled", "said": "Otherwise", "instruction": "Mix."}, "Spilled"),
        ({"reason": "", "said": "The pestle slipped."}, "The pestle slipped."),
        ({"said": "Otherwise", "instruction": "Mix."}, "Otherwise"),
        ({"instruction": "Mix for ten minutes.", "differing": ["assay"]}, "Mix for ten minutes."),
        ({"differing": ["strength", "weigh_active"]}, "strength, weigh active"),
        ({"capsules": 3}, ""),
    ],
)
def test_an_entry_shows_why_it_was_made_or_what_was_said_or_done(document: Document, words: str) -> None:
    assert reason_of(an_entry(EntryKind.BATCH_ENTRY_DIFFERED, **document)) == words


def test_an_entry_that_is_a_list_shows_none() -> None:
    assert reason_of(replace(an_entry(EntryKind.LEAFLET_REVISED), document='["reason"]')) == ""
