"""A site's settings: each change is a new version with who, when and why; batches keep those they were planned with."""

from dataclasses import replace
from typing import Any

import pytest

from compounder.database.errors import VersionTaken
from compounder.domain.record.journal import EntryKind
from compounder.domain.site import SiteSettings
from compounder.services.errors import NothingChanged
from compounder.services.settings import revise_settings, settings_history
from compounder.services.workspace import site_settings
from tests.services.orders import ANNA, MORNING, SITE, Bench, entries, some_settings


def a_change(version: int = 2, **changes: Any) -> SiteSettings:
    """The settings with days counted from 0, or as said."""
    changes = changes or {"day_of_compounding": 0}
    return replace(some_settings(), version=version, reason="The chapter was read", **changes)


def revise(bench: Bench, revised: SiteSettings) -> None:
    with bench.database.writing() as writing:
        revise_settings(writing, SITE, revised, actor=ANNA, at=MORNING)


def in_force(bench: Bench) -> SiteSettings:
    with bench.database.reading() as reading:
        return site_settings(reading, SITE)


def test_a_change_is_in_force_and_the_version_before_is_kept(bench: Bench) -> None:
    revise(bench, a_change())
    assert in_force(bench).day_of_compounding == 0
    with bench.database.reading() as reading:
        versions, journal = settings_history(reading, SITE)
    assert [(each.version, each.day_of_compounding) for each in versions] == [(2, 0), (1, 1)]
    assert [entry.kind for entry in journal] == [EntryKind.SETTINGS_REVISED] * 2
    assert (journal[-1].actor, journal[-1].at) == (ANNA, MORNING)


def test_a_change_sent_twice_is_kept_once(bench: Bench) -> None:
    revise(bench, a_change())
    before = entries(bench)
    revise(bench, a_change())
    assert entries(bench) == before


def test_of_two_people_who_change_the_settings_the_second_is_told(bench: Bench) -> None:
    revise(bench, a_change())
    before = entries(bench)
    with pytest.raises(VersionTaken):
        revise(bench, a_change(correct_for_potency=False))
    assert entries(bench) == before
    assert in_force(bench).correct_for_potency


def test_a_change_of_nothing_is_refused(bench: Bench) -> None:
    before = entries(bench)
    with pytest.raises(NothingChanged, match="Version 1 says all of this already"):
        revise(bench, a_change(day_of_compounding=1))
    assert entries(bench) == before
