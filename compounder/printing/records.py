"""The record of a batch as a file to be kept: PDF/A-3b (ISO 19005-3), with the stored document it is of attached.

Its fonts are embedded, its colours are sRGB, and nothing in it is fetched; tagged, so that it can be read aloud. The
attachment has the days of the record, so that the same record is the same bytes.
"""

from datetime import datetime
from typing import Final

from weasyprint import Attachment

from compounder.printing.paper import Paper
from compounder.printing.press import lay_out
from compounder.printing.record_document import RecordDocument

ATTACHED_NAME: Final = "record.json"


def render(document: RecordDocument, stored: str, stored_at: datetime) -> bytes:
    """The file; `stored` is the record's canonical document, attached as it is."""
    paper = Paper.A4
    pages = lay_out(
        "worksheet",
        paper.value.css(),
        kind="record",
        worksheet=document.worksheet,
        record=document,
        paper=paper.name.lower(),
    )
    attached = Attachment(
        string=stored,
        name=ATTACHED_NAME,
        description="The record as it was stored, canonical JSON; its SHA-256 stands on every page.",
        created=stored_at,
        modified=stored_at,
        relationship="Source",
    )
    pdf: bytes = pages.write_pdf(pdf_variant="pdf/a-3b", pdf_tags=True, attachments=[attached])
    return pdf
