"""Leaflet and calendar: sheets that name a patient, tagged (PDF/UA-1, ISO 14289-1) so that they can be read aloud."""

from compounder.printing.paper import Paper
from compounder.printing.patient_documents import PatientSheet
from compounder.printing.press import lay_out


def render(kind: str, document: PatientSheet, paper: Paper) -> bytes:
    """The pages of one sheet, a leaflet or a calendar."""
    laid_out = lay_out("patient_sheet", paper.value.css(), kind=kind, sheet=document)
    pdf: bytes = laid_out.write_pdf(pdf_variant="pdf/ua-1")
    return pdf
