"""Papers as issued: their bytes, by the hash of the document they were made from, so that a reprint is one read."""

from datetime import datetime
from typing import Final, cast

from sqlalchemy import Connection, bindparam, insert, select

from compounder.database.schema import PaperTable
from compounder.database.search import prepared

_PDF: Final = select(PaperTable.pdf).where(
    PaperTable.site == bindparam("site"),
    PaperTable.document_sha256 == bindparam("document_sha256"),
    PaperTable.paper == bindparam("paper"),
)


def find(connection: Connection, site: str, document_sha256: str, paper: str) -> bytes | None:
    """The PDF issued of this document as this paper, such as `worksheet A4`; None if none was issued."""
    asked = {"site": site, "document_sha256": document_sha256, "paper": paper}
    return cast("bytes | None", prepared.value(connection, _PDF, asked))


def keep(
    connection: Connection, site: str, document_sha256: str, paper: str, pdf: bytes, *, issued_at: datetime
) -> bytes:
    """The PDF that is kept: this one, or the one that somebody was quicker to issue."""
    earlier = find(connection, site, document_sha256, paper)
    if earlier is not None:
        return earlier
    key = {"site": site, "document_sha256": document_sha256, "paper": paper}
    connection.execute(insert(PaperTable), {**key, "pdf": pdf, "issued_at": issued_at})
    return pdf
