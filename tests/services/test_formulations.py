"""Formulations: revised as a new version, approved with a name and a reason, never edited."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from compounder.database.errors import AlreadyApproved, NotFound, VersionTaken
from compounder.domain.formulary.errors import ApprovalNeedsReason
from compounder.domain.formulary.formulation import Formulation
from compounder.domain.formulary.naltrexone import first_formulation
from compounder.domain.people.person import Person, Signatory
from compounder.domain.record.journal import Actor, EntryKind
from compounder.domain.record.signatures import Meaning, NotForThisRole
from compounder.services.errors import NothingChanged, RevisedByYou
from compounder.services.formulations import (
    FormulationFile,
    FormulationLine,
    approve_formulation,
    formulation_file,
    formulation_list,
    revise_formulation,
)
from compounder.services.signatures import Signing
from compounder.services.signing import signing_key
from tests.services.before import approve_by_typed_name
from tests.services.orders import ANNA, MORNING, SITE, Bench, entries
from tests.services.signing import AUGUST, CLARA, TOM, signing_as

CODE = "NTX-CAPS"
BERTA = Actor(name="Berta Weiß", is_authenticated=False)
REASON = "The study covers a year."


def a_revision(version: int = 2, tolerance: str = "0.005") -> Formulation:
    """The first formulation, weighed more exactly."""
    first = first_formulation(1)
    return replace(first, version=version, weighing_tolerance=Decimal(tolerance), reason="A finer balance")


def revise(bench: Bench, revised: Formulation) -> None:
    with bench.database.writing() as writing:
        revise_formulation(writing, SITE, revised, actor=ANNA, at=MORNING)


def approve(bench: Bench, version: int, reason: str = REASON, actor: Actor = BERTA) -> None:
    with bench.database.writing() as writing:
        at = MORNING + timedelta(hours=1)
        approve_formulation(writing, CODE, version, signing_as(actor.name, at), reason=reason)


def file_of(bench: Bench, version: int | None = None) -> FormulationFile:
    with bench.database.reading() as reading:
        return formulation_file(reading, SITE, CODE, version)


def listed(bench: Bench) -> FormulationLine:
    with bench.database.reading() as reading:
        (line,) = formulation_list(reading, SITE)
    return line


def test_a_revision_is_a_draft_and_the_version_before_stays_in_use(bench: Bench) -> None:
    before = entries(bench)
    revise(bench, a_revision())
    file = file_of(bench)
    assert (file.shown.formulation.version, file.shown.is_approved) == (2, False)
    assert file.in_use is not None
    assert file.in_use.formulation == first_formulation(1)
    assert (listed(bench).newest.formulation.version, listed(bench).in_use) == (2, 1)
    assert entries(bench) == before + 1


def test_an_approved_revision_is_the_one_in_use(bench: Bench) -> None:
    revise(bench, a_revision())
    approve(bench, 2)
    file = file_of(bench)
    assert listed(bench).in_use == 2
    assert file.shown.approval is not None
    assert (file.shown.approval.name, file.shown.approval.reason) == ("Berta Weiß", REASON)
    assert [entry.kind for entry in file.entries][-2:] == [
        EntryKind.FORMULATION_REVISED,
        EntryKind.FORMULATION_APPROVED,
    ]


def test_an_approval_names_the_very_document_it_approves(bench: Bench) -> None:
    revise(bench, a_revision())
    approve(bench, 2)
    file = file_of(bench)
    assert f'"sha256":"{file.shown.sha256}"' in file.entries[-1].document


def test_a_revision_sent_twice_is_kept_once(bench: Bench) -> None:
    revise(bench, a_revision())
    before = entries(bench)
    revise(bench, a_revision())
    assert entries(bench) == before
    assert [each.formulation.version for each in file_of(bench).versions] == [2, 1]


def test_of_two_people_who_revise_one_version_the_second_is_told(bench: Bench) -> None:
    revise(bench, a_revision(tolerance="0.005"))
    before = entries(bench)
    with pytest.raises(VersionTaken, match="Version 2 of NTX-CAPS exists already"):
        revise(bench, a_revision(tolerance="0.02"))
    assert entries(bench) == before
    assert file_of(bench).shown.formulation.weighing_tolerance == Decimal("0.005")


def test_a_revision_that_changes_nothing_is_refused(bench: Bench) -> None:
    before = entries(bench)
    with pytest.raises(NothingChanged, match="Version 1 says all of this already"):
        revise(bench, a_revision(tolerance="0.01"))
    assert entries(bench) == before


def test_no_version_may_be_left_out(bench: Bench) -> None:
    with pytest.raises(VersionTaken):
        revise(bench, a_revision(version=3))


def test_a_year_is_not_approved_without_a_reason(bench: Bench) -> None:
    revise(bench, a_revision())
    before = entries(bench)
    with pytest.raises(ApprovalNeedsReason, match="365 days exceeds 180 days"):
        approve(bench, 2, reason="")
    assert entries(bench) == before
    assert not file_of(bench).shown.is_approved


def test_an_approval_sent_twice_is_kept_once_and_another_is_refused(bench: Bench) -> None:
    revise(bench, a_revision())
    approve(bench, 2)
    before = entries(bench)
    approve(bench, 2)
    with pytest.raises(AlreadyApproved):
        approve(bench, 2, actor=Actor(name="Clara Kühn", is_authenticated=True))
    assert entries(bench) == before


@pytest.mark.parametrize("version", [0, 2, 9_999])
def test_a_version_that_is_not_there_is_refused(bench: Bench, version: int) -> None:
    with pytest.raises(NotFound):
        file_of(bench, version)


def sign(bench: Bench, keys: Path, person: Person = CLARA, version: int = 2) -> None:
    """Somebody approves a version, signed."""
    signing = Signing(site=SITE, signatory=Signatory(person=person), keys=keys, at=MORNING + timedelta(hours=1))
    with bench.database.writing() as writing:
        approve_formulation(writing, CODE, version, signing, reason=REASON)


def test_a_signed_approval_is_held_against_the_version_and_against_the_keys(bench: Bench, tmp_path: Path) -> None:
    revise(bench, a_revision())
    sign(bench, tmp_path)
    with bench.database.reading() as reading:
        file = formulation_file(reading, SITE, CODE, 2, keys=tmp_path)
        (tmp_path / "journal.key").rename(tmp_path / "earlier.key")
        sign_key = signing_key(tmp_path)
        other = formulation_file(reading, SITE, CODE, 2, keys=tmp_path)
    assert file.signature is not None
    assert other.signature is not None
    signed = file.signature.signed
    assert (signed.name, signed.role, signed.meaning) == ("Clara Kühn", "pharmacist", Meaning.APPROVED)
    assert (file.signature.problem, file.shown.is_approved) == ("", True)
    assert sign_key.public.hex() not in signed.entry.document
    assert other.signature.problem == "It is signed with a key that is not this pharmacy's."


def test_whoever_revised_a_version_never_approves_it(bench: Bench, tmp_path: Path) -> None:
    revise(bench, a_revision())
    with pytest.raises(RevisedByYou, match="revised version 2 of NTX-CAPS; somebody else has to approve it"):
        sign(bench, tmp_path, replace(CLARA, name="anna MÜLLER"))
    assert not file_of(bench, 2).shown.is_approved
    sign(bench, tmp_path)
    assert file_of(bench, 2).shown.is_approved


@pytest.mark.parametrize("person", [TOM, AUGUST])
def test_only_a_pharmacist_or_the_owner_approves(sqlite_bench: Bench, tmp_path: Path, person: Person) -> None:
    revise(sqlite_bench, a_revision())
    with pytest.raises(NotForThisRole, match="What is approved needs a pharmacist or owner"):
        sign(sqlite_bench, tmp_path, person)


def test_an_approval_by_a_typed_name_stays_readable_as_not_signed(sqlite_bench: Bench) -> None:
    revise(sqlite_bench, a_revision())
    with sqlite_bench.database.writing() as writing:
        approve_by_typed_name(writing, CODE, 2, reason=REASON, actor=BERTA, at=MORNING)
    signature = file_of(sqlite_bench, 2).signature
    assert signature is not None
    assert (signature.signed.name, signature.problem) == ("Berta Weiß", "Not signed.")
