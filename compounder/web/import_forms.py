"""The forms that take a file in: one that chooses it, and one that stores what was looked at, with the file in it."""

from base64 import b64decode, b64encode
from binascii import Error
from typing import Final, Self

from flask import request
from flask_wtf import FlaskForm
from wtforms import FileField, HiddenField

from compounder.codec.sheets import NotASheet
from compounder.services.importing import Looked
from compounder.web.fields import OneTimeKey, complain
from compounder.web.sent import THE_FILE

MOST_BYTES: Final = 300_000
ENDING: Final = ".csv"


class FileForm(FlaskForm):
    """Which file is to be looked at."""

    file = FileField("CSV file", description="UTF-8, separated by commas or semicolons, at most 300 KB")

    def named(self, what: str) -> Self:
        """The same form, told apart from the page's other one."""
        self.file.id = f"file-{what}"
        return self

    def content(self) -> bytes:
        """The file that was chosen; refuses with `NotASheet` none, one of another kind, and one too long for a page."""
        sent = request.files.get(THE_FILE)
        content = sent.read(MOST_BYTES + 1) if sent and sent.filename else b""
        if not content:
            raise NotASheet(reason="none was chosen, or it is empty.")
        if not str(sent and sent.filename).casefold().endswith(ENDING):
            raise NotASheet(reason=f"its name does not end in {ENDING}; save it as “CSV UTF-8” and choose that one.")
        if len(content) > MOST_BYTES:
            raise NotASheet(reason="it has more than 300 KB; take it in by parts, or with compounder import.")
        return content


class StoringForm(FlaskForm):
    """What was looked at comes back: the file itself, the hash of what was read of it, and the key that makes two
    clicks one."""

    sheet = HiddenField()
    shown = HiddenField()
    key = OneTimeKey()

    def remember(self, content: bytes, looked: Looked) -> None:
        """The form that stores exactly this."""
        self.sheet.data = b64encode(content).decode("ascii")
        self.shown.data = looked.sha256
        self.key.give()

    @property
    def complaint(self) -> str:
        """What its fields say of themselves, as one text."""
        return " ".join(str(message) for messages in self.errors.values() for message in messages)

    def content(self) -> bytes:
        """The file that was looked at; refuses with `NotASheet` what was lost on the way."""
        try:
            return b64decode(self.sheet.data or "", validate=True)
        except (Error, ValueError):
            raise NotASheet(reason="it was lost on the way; choose it again.") from None


def complain_at_file(form: FileForm, sentence: str) -> FileForm:
    """The form with a complaint about its file."""
    complain(form.file, sentence)
    return form
