"""Protocols of a site: each change is a new version with its reason; a course keeps the version it was planned with."""

from dataclasses import replace

import pytest

from compounder.codec.converter import write
from compounder.database import prescriptions
from compounder.database.errors import NotFound, VersionTaken
from compounder.domain.care.protocol import STANDARD, Protocol
from compounder.domain.record.journal import EntryKind
from compounder.services.care_errors import ProtocolTaken
from compounder.services.errors import NothingChanged, ResultChanged
from compounder.services.patients import add_patient
from compounder.services.prescribing import preview_prescription
from compounder.services.prescriptions import store_prescription
from compounder.services.protocols import (
    ProtocolFile,
    add_protocol,
    offered_protocols,
    protocol_file,
    retire_protocol,
    revise_protocol,
)
from tests.services.care import ACT, a_course, a_patient, a_request
from tests.services.orders import SITE, Bench, entries
from tests.services.site_data import a_protocol, the_standard_slower


def add(bench: Bench, protocol: Protocol) -> None:
    with bench.database.writing() as writing:
        add_protocol(writing, ACT, protocol)


def revise(bench: Bench, revised: Protocol) -> None:
    with bench.database.writing() as writing:
        revise_protocol(writing, ACT, revised)


def retire(bench: Bench, code: str) -> None:
    with bench.database.writing() as writing:
        retire_protocol(writing, ACT, code, "Nobody asks for it")


def offered(bench: Bench) -> dict[str, int]:
    """The version that is offered of each protocol, by its code."""
    with bench.database.reading() as reading:
        return {each.code: each.version for each in offered_protocols(reading, SITE)}


def file_of(bench: Bench, code: str, version: int | None = None) -> ProtocolFile:
    with bench.database.reading() as reading:
        return protocol_file(reading, SITE, code, version)


def test_a_site_starts_with_the_protocols_of_the_package(bench: Bench) -> None:
    assert offered(bench) == {"standard": 1, "gradual": 1, "trial": 1}
    file = file_of(bench, "standard")
    assert (file.shown.protocol, file.shown.is_of_the_package, file.entries) == (STANDARD, True, ())


def test_a_protocol_of_the_sites_own_is_offered_beside_them(bench: Bench) -> None:
    add(bench, a_protocol())
    assert offered(bench) == {"standard": 1, "gradual": 1, "trial": 1, "careful": 1}
    before = entries(bench)
    add(bench, a_protocol())
    assert entries(bench) == before


@pytest.mark.parametrize("changes", [{"code": "standard"}, {"name": "standard"}, {"code": "gradual", "name": "Own"}])
def test_two_protocols_are_not_called_the_same(bench: Bench, changes: dict[str, str]) -> None:
    with pytest.raises(ProtocolTaken, match="Another protocol is called"):
        add(bench, a_protocol(**changes))
    assert offered(bench) == {"standard": 1, "gradual": 1, "trial": 1}


def test_a_revision_is_the_next_version_and_the_one_before_stays(bench: Bench) -> None:
    revise(bench, the_standard_slower())
    revise(bench, the_standard_slower())
    file = file_of(bench, "standard")
    assert [each.protocol.version for each in file.versions] == [2, 1]
    assert [entry.kind for entry in file.entries] == [EntryKind.PROTOCOL_REVISED]
    assert [step.days for step in file.shown.protocol.steps] == [21, 21, 21]
    assert file_of(bench, "standard", 1).shown.protocol == STANDARD
    assert offered(bench)["standard"] == 2


def test_of_two_people_who_revise_a_protocol_the_second_is_told(bench: Bench) -> None:
    revise(bench, the_standard_slower())
    with pytest.raises(VersionTaken, match="Version 2 of protocol standard exists already"):
        revise(bench, the_standard_slower(reason="Another reason"))


def test_a_version_that_says_the_same_is_refused(bench: Bench) -> None:
    with pytest.raises(NothingChanged, match="Version 1 says all of this already"):
        revise(bench, replace(STANDARD, version=2, reason="Again"))


def test_a_retired_protocol_is_not_offered_until_it_is_revised(bench: Bench) -> None:
    retire(bench, "trial")
    assert "trial" not in offered(bench)
    with pytest.raises(NothingChanged, match="The Trial protocol is retired already"):
        retire(bench, "trial")
    file = file_of(bench, "trial")
    assert (file.newest.is_retired, file.newest.protocol.reason) == (True, "Nobody asks for it")
    revise(bench, replace(file.newest.protocol, version=3, reason="Asked for again"))
    assert offered(bench)["trial"] == 3


def test_a_protocol_or_a_version_that_is_not_there_is_not_found(bench: Bench) -> None:
    with pytest.raises(NotFound, match="protocol careful"):
        file_of(bench, "careful")
    with pytest.raises(NotFound, match="protocol standard version 2"):
        file_of(bench, "standard", 2)


def test_a_prescription_keeps_the_version_it_was_planned_with(bench: Bench) -> None:
    with bench.database.writing() as writing:
        request = a_request(add_patient(writing, ACT, a_patient(), one_time_key="patient"))
        shown = preview_prescription(writing, SITE, request)
        revise_protocol(writing, ACT, the_standard_slower())
        number = store_prescription(writing, ACT, request, shown_sha256=shown.sha256, one_time_key="key")
        newer = replace(request, order=a_course(protocol=write(the_standard_slower())))
        with pytest.raises(ResultChanged):
            store_prescription(writing, ACT, newer, shown_sha256=shown.sha256, one_time_key="another")
    with bench.database.reading() as reading:
        kept = prescriptions.load(reading, SITE, number).prescription.order
    assert kept.protocol == STANDARD
    assert [step.days for step in kept.titration] == [14, 14, 14]
