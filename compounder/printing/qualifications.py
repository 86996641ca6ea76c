"""The report of an installation check: pages to be signed and filed, tagged and with its fonts (PDF/UA-1)."""

from compounder.printing.paper import Paper
from compounder.printing.press import lay_out
from compounder.printing.qualification_document import QualificationDocument


def render(document: QualificationDocument, paper: Paper) -> bytes:
    """The pages of the report."""
    laid_out = lay_out("qualification", paper.value.css(), report=document)
    pdf: bytes = laid_out.write_pdf(pdf_variant="pdf/ua-1")
    return pdf
