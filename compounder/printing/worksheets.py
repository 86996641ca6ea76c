"""Worksheets: one layout a batch, so that each counts its own pages; one file for all.

PDF/UA-1 (ISO 14289-1): tagged, so that it can be read aloud; its fonts are embedded, so that it can be kept for years.
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
    pdf: bytes = laid_out[0].copy(pages).write_pdf(pdf_variant="pdf/ua-1")
    return pdf


def _lay_out(document: WorksheetDocument, paper: Paper) -> Document:
    return lay_out("worksheet", paper.value.css(), worksheet=document, paper=paper.name.lower())
