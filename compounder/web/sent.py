"""What a browser sent, before any form reads it: fields with names that forms have, and the beginning of each value;
of files the one that a form asks for.

To decode 64 KB of percent signs takes longer than the rest of the page, so a value is cut first. What is left of it is
still longer than any field accepts: it is refused, and never taken for the whole.
"""

import re
from io import BytesIO
from typing import IO

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from compounder.web.fields import LONGEST_TEXT

BYTES_A_LETTER = 12  # four in UTF-8, each as %F0
MOST_BYTES = (LONGEST_TEXT + 100) * BYTES_A_LETTER
MOST_FIELDS = 2_000
Parsed = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]
THE_FILE = "file"
_PERCENT_ENCODED = "application/x-www-form-urlencoded"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}", re.ASCII)


class SentFields(FormDataParser):
    """Refuses more than 2,000 fields; leaves out names that no form has, such as `strengths-²-strength`, and every file
    but the one called `file`."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> Parsed:
        if mimetype == _PERCENT_ENCODED:
            sent = _cut(stream.read())
            stream, content_length = BytesIO(sent), len(sent)
        rest, form, files = super().parse(stream, mimetype, content_length, options)
        asked = files.getlist(THE_FILE)[:1]
        for _, file in files.items(multi=True):  # noqa: PERF102 - values() has only the first of each name
            if file not in asked:
                file.close()
        named = self.cls(each for each in form.items(multi=True) if _NAME.fullmatch(each[0]))
        return rest, named, self.cls((THE_FILE, file) for file in asked)


class SentRequest(Request):
    """A request whose form is read so."""

    form_data_parser_class = SentFields


def _cut(sent: bytes) -> bytes:
    """The beginning of each field, longer than any field accepts."""
    fields = sent.split(b"&", MOST_FIELDS)
    if len(fields) > MOST_FIELDS:
        raise RequestEntityTooLarge
    return b"&".join(field[:MOST_BYTES] for field in fields)
