"""Documents to PDF: the verbs that the rest of the program uses.

Printed are the bytes of one document or several in one file; the same documents give the same bytes.
"""

from collections.abc import Sequence
from datetime import datetime

from compounder.printing.documents import TriturationWorksheetDocument, WorksheetDocument
from compounder.printing.errors import LabelDoesNotFit, NothingToPrint, NotOnThisSheet
from compounder.printing.label_document import LabelDocument
from compounder.printing.paper import PATIENT_STOCKS, LabelStock, Paper
from compounder.printing.patient_documents import CourseCalendarDocument, LeafletDocument, PatientLabelDocument
from compounder.printing.qualification_document import QualificationDocument
from compounder.printing.recall_documents import RecallLetters
from compounder.printing.record_document import RecordDocument


def render_worksheets(documents: Sequence[WorksheetDocument], paper: Paper) -> bytes:
    """One file with a worksheet for each document; each counts its own pages."""
    from compounder.printing import worksheets  # noqa: PLC0415 - WeasyPrint takes half a second; only printing pays

    if not documents:
        raise NothingToPrint(what="worksheets")
    return worksheets.render(documents, paper)


def render_trituration_worksheets(documents: Sequence[TriturationWorksheetDocument], paper: Paper) -> bytes:
    """One file with a worksheet for each trituration; each counts its own pages."""
    from compounder.printing import worksheets  # noqa: PLC0415 - WeasyPrint takes half a second; only printing pays

    if not documents:
        raise NothingToPrint(what="worksheets")
    return worksheets.render(documents, paper)


def render_record(document: RecordDocument, stored: str, stored_at: datetime) -> bytes:
    """The whole record of a batch as PDF/A-3b, its `stored` document attached with the day that it was stored."""
    from compounder.printing import records  # noqa: PLC0415 - WeasyPrint takes half a second; only printing pays

    return records.render(document, stored, stored_at)


def render_labels(documents: Sequence[LabelDocument], stock: LabelStock, *, copies: int, first_place: int = 1) -> bytes:
    """One file with `copies` of each label; on sheets from `first_place` of a sheet already begun.

    Refuses (`LabelDoesNotFit`) a label whose words need more than one label of `stock`.
    """
    from compounder.printing import labels  # noqa: PLC0415 - WeasyPrint takes half a second; only printing pays

    _require_labels(documents, stock, copies, first_place)
    return labels.render(documents, stock, copies=copies, first_place=first_place)


def render_patient_labels(
    documents: Sequence[PatientLabelDocument], stock: LabelStock, *, copies: int, first_place: int = 1
) -> bytes:
    """The same of patients' labels; refuses (`LabelDoesNotFit`) also every stock smaller than theirs."""
    from compounder.printing import patient_labels  # noqa: PLC0415 - WeasyPrint takes half a second

    _require_labels(documents, stock, copies, first_place)
    if stock not in PATIENT_STOCKS:
        raise LabelDoesNotFit(lot_number=documents[0].lot_number, stock=stock.name)
    return patient_labels.render(documents, stock, copies=copies, first_place=first_place)


def render_leaflet(document: LeafletDocument, paper: Paper) -> bytes:
    """The leaflet for a patient, with its course."""
    from compounder.printing import patient_sheets  # noqa: PLC0415 - WeasyPrint takes half a second

    return patient_sheets.render("leaflet", document, paper)


def render_course_calendar(document: CourseCalendarDocument, paper: Paper) -> bytes:
    """The calendar of a course: ninety days on one page; a longer one flows over more, each with its head."""
    from compounder.printing import patient_sheets  # noqa: PLC0415 - WeasyPrint takes half a second

    return patient_sheets.render("calendar", document, paper)


def render_recall_letters(document: RecallLetters, paper: Paper) -> bytes:
    """The letters of a recall, with the list of them before."""
    from compounder.printing import recall_letters  # noqa: PLC0415 - WeasyPrint takes half a second

    if not document.letters:
        raise NothingToPrint(what="letters")
    return recall_letters.render(document, paper)


def render_qualification(document: QualificationDocument, paper: Paper) -> bytes:
    """The report of an installation check."""
    from compounder.printing import qualifications  # noqa: PLC0415 - WeasyPrint takes half a second

    return qualifications.render(document, paper)


def _require_labels(documents: Sequence[object], stock: LabelStock, copies: int, first_place: int) -> None:
    if not documents or copies < 1:
        raise NothingToPrint(what="labels")
    if not 1 <= first_place <= stock.places:
        raise NotOnThisSheet(read=first_place, places=stock.places)
