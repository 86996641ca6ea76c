"""Worksheets: one layout a record, so that each counts its own pages; one file for all.

PDF/UA-1 (ISO 14289-1): tagged, so that it can be read aloud; its fonts are embedded, so that it can be kept for years.
"""

from collections.abc import Sequence
from typing import TypeAlias

from weasyprint import Document

from compounder.printing.documents import TriturationWorksheetDocument, WorksheetDocument
from compounder.printing.paper import Paper
from compounder.printing.press import lay_out

AnyWorksheet: TypeAlias = WorksheetDocument | TriturationWorksheetDocument


def render(documents: Sequence[AnyWorksheet], paper: Paper) -> bytes:
    """The pages of every worksheet, in order, in one file."""
    laid_out = [_lay_out(document, paper) for document in documents]
    pages = [page for worksheet in laid_out for page in worksheet.pages]
    pdf: bytes = laid_out[0].copy(pages).write_pdf(pdf_variant="pdf/ua-1")
    return pdf


def _lay_out(document: AnyWorksheet, paper: Paper) -> Document:
    kind = "batch" if isinstance(document, WorksheetDocument) else "trituration"
    return lay_out("worksheet", paper.value.css(), kind=kind, worksheet=document, paper=paper.name.lower())
