"""The letters of a recall: who gets one, what stands in it, and that they were printed. Papers that name patients are
made when they are printed and never kept; the journal knows how many letters there were, and to whom in general."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final, TypeVar

from compounder.database import recalls
from compounder.database.engine import Connection, Database
from compounder.domain.calendar import format_day
from compounder.domain.care.recall import WHY_PAST_STAYS, Notice, RecallStarted
from compounder.domain.care.trace import TracedBottle
from compounder.domain.errors import OutOfBounds
from compounder.domain.people.person import Role
from compounder.domain.record.journal import EntryKind
from compounder.printing import recall_texts as texts
from compounder.printing.letterhead import printed_pharmacy
from compounder.printing.paper import Paper
from compounder.printing.pdf import render_recall_letters
from compounder.printing.recall_documents import CalledBack, ListedLetter, RecallLetter, RecallLetters
from compounder.services.acting import Acting, append
from compounder.services.recall_files import Affected, every_affected, prescribed_by
from compounder.services.recalling import subject_of
from compounder.services.workspace import site_settings

T = TypeVar("T")
NO_BREAK: Final = "\u00a0"
AT_ONCE: Final = 100
"""Letters in one file: they take some ten seconds, and no answer of the server may take two minutes."""


class Addressee(StrEnum):
    """To whom a letter goes."""

    PATIENTS = "patients"
    PRESCRIBERS = "prescribers"


def print_letters(
    database: Database, act: Acting, number: str, addressee: Addressee, paper: Paper, *, role: Role, first: int = 1
) -> bytes:
    """One file with the list and a hundred letters from the `first` on; that it was printed is in the journal
    afterwards.

    Refuses with `NothingToPrint` where nobody is to be written to, and with `OutOfBounds` a letter that there is not.
    """
    with database.reading() as reading:
        document = letters_of(reading, act, number, addressee, role, first=first)
    printed = render_recall_letters(document, paper)
    said = {"to": addressee, "letters": len(document.letters), "first": first}
    with database.writing() as writing:
        append(writing, act, subject_of(number), EntryKind.RECALL_LETTERS_PRINTED, said)
    return printed


def letters_of(
    connection: Connection, act: Acting, number: str, addressee: Addressee, role: Role, *, first: int = 1
) -> RecallLetters:
    """What a hundred letters from the `first` on say; an erased patient has none."""
    started, settings = recalls.load(connection, act.site, number).started, site_settings(connection, act.site)
    ending = texts.questions(settings.pharmacy.telephone)
    if addressee is Addressee.PATIENTS:
        everybody = tuple(every_affected(connection, act.site, number, role))
        named = [each for each in everybody if each.patient]
        some, total = _from(first, named), len(named)
        letters = tuple(to_patient(each, started.notice, ending) for each in some)
        listed = tuple(_listed(each) for each in some)
        left_out = texts.left_out(len(everybody) - len(named), _past(started))
    else:
        by_name = prescribed_by(connection, act.site, number, role)
        prescribers, total = _from(first, list(by_name.items())), len(by_name)
        letters = tuple(to_prescriber(name, theirs, started.notice, ending) for name, theirs in prescribers)
        listed = tuple(ListedLetter(name=name, contact="", bottles=f"{len(of):,}") for name, of in prescribers)
        left_out = texts.left_out(0, _past(started))
    return RecallLetters(
        pharmacy=printed_pharmacy(settings.pharmacy),
        recall_number=number,
        dated=format_day(act.at.astimezone(settings.zone).date()),
        called=started.called,
        addressed_to=addressee.value,
        letters=letters,
        counted=texts.counted(first, len(letters), total),
        listed=listed,
        left_out=left_out,
        is_example=settings.is_example,
    )


def _from(first: int, everybody: Sequence[T]) -> Sequence[T]:
    if everybody and not 1 <= first <= len(everybody):
        raise OutOfBounds(read=f"Letter {first:,}", least="1", most=f"{len(everybody):,}", field_name="first")
    return everybody[first - 1 : first - 1 + AT_ONCE]


def _past(started: RecallStarted) -> tuple[str, ...]:
    """The past batches that the recall found; nobody here knows who has something of them."""
    return started.held.left.get(WHY_PAST_STAYS, ())


def to_patient(each: Affected, notice: Notice, ending: Sequence[str]) -> RecallLetter:
    """What one patient is told."""
    return RecallLetter(
        to=tuple(_address(each)),
        heading=texts.PATIENT_HEADING,
        lead=texts.LEAD[notice.recall_class],
        sentences=(notice.told, *texts.HARM[notice.recall_class], "These are your bottles:"),
        points=(*texts.WHAT_TO_DO, texts.FEELING_ILL[notice.recall_class]),
        closing=tuple(ending),
        bottles=tuple(_called_back(bottle, "") for bottle in each.bottles),
        is_for_patient=True,
    )


def to_prescriber(name: str, theirs: Sequence[Affected], notice: Notice, ending: Sequence[str]) -> RecallLetter:
    """What one prescriber is told; of an erased patient the identifier."""
    reference = f" (notice {notice.reference})" if notice.reference else ""
    return RecallLetter(
        to=(name,),
        heading=texts.PRESCRIBER_HEADING,
        lead=texts.PRESCRIBER_LEAD[notice.recall_class],
        sentences=(f"Why: {notice.reason}{reference}.", f"It is a recall of class {notice.recall_class}."),
        points=texts.PRESCRIBER_POINTS,
        closing=tuple(ending),
        bottles=tuple(_called_back(bottle, _name(each)) for each in theirs for bottle in each.bottles),
        is_for_patient=False,
    )


def _called_back(bottle: TracedBottle, patient: str) -> CalledBack:
    return CalledBack(
        patient=patient,
        number=bottle.number,
        product=f"{bottle.preparation} {bottle.strength.replace(' ', NO_BREAK)}",
        lot_number=bottle.lot_number,
        dispensed_on=format_day(bottle.dispensed_on),
        capsules=f"{bottle.capsules:,}",
    )


def _listed(each: Affected) -> ListedLetter:
    contact = ", ".join(each.patient.contact.splitlines()) if each.patient else ""
    numbers = dict.fromkeys(bottle.number for bottle in each.bottles)
    return ListedLetter(name=_name(each), contact=contact, bottles=", ".join(numbers))


def _address(each: Affected) -> Iterator[str]:
    """The name, and the lines of the contact that are no telephone number."""
    yield _name(each)
    for line in each.patient.contact.splitlines() if each.patient else ():
        if any(letter.isalpha() for letter in line):
            yield line


def _name(each: Affected) -> str:
    return each.patient.name if each.patient else f"Patient {each.reached.identifier}"
