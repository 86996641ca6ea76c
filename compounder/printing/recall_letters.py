"""The letters of a recall and the list of them: a page for each, laid out some at a time."""

from collections.abc import Iterator

from weasyprint import Document

from compounder.printing.paper import Paper
from compounder.printing.press import lay_out
from compounder.printing.recall_documents import RecallLetters

_AT_ONCE = 25  # letters in one layout: fewer pay for each start, more for each other


def render(document: RecallLetters, paper: Paper) -> bytes:
    """The list, then every letter, in one file, tagged (PDF/UA-1, ISO 14289-1) so that it can be read aloud."""
    laid_out = list(_laid_out(document, paper))
    pages = [page for some in laid_out for page in some.pages]
    pdf: bytes = laid_out[0].copy(pages).write_pdf(pdf_variant="pdf/ua-1")
    return pdf


def _laid_out(document: RecallLetters, paper: Paper) -> Iterator[Document]:
    size = paper.value.css()
    yield lay_out("recall_letter", size, recall=document, letters=(), has_list=True)
    for start in range(0, len(document.letters), _AT_ONCE):
        some = document.letters[start : start + _AT_ONCE]
        yield lay_out("recall_letter", size, recall=document, letters=some, has_list=False)
