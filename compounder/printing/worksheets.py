"""Worksheets: one layout a batch, so that each counts its own pages; one file for all.

PDF/A-2a (ISO 19005-2): kept for years, and tagged for readers of the screen.
"""

from collections.abc import Sequence

from weasyprint import Document

from compounder.printing.documents import WorksheetDocument
from compounder.printing.paper import Paper
from compounder.printing.press import lay_out


def render(documents: Sequence[WorksheetDocument], paper: Paper) -> bytes:
    """The pages of every worksheet, in order, in one file."""
    laid_out = [_lay_out(document, paper) for document in documents]
    pages = [page for worksheet in laid_out for page in worksheet.pages]
    pdf: bytes = laid_out[0].copy(pages).write_pdf(pdf_variant="pdf/a-2a", output_intent="srgb", pdf_identifier=True)
    return pdf


def _lay_out(document: WorksheetDocument, paper: Paper) -> Document:
    return lay_out("worksheet", paper.value.css(), worksheet=document)
