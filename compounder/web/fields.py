"""Form fields that read as the domain reads: one door for quantities, one sentence at the field when it is refused."""

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from flask import request
from wtforms import Field, Form, HiddenField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import StopValidation

from compounder.domain.errors import CompoundingError, NotAccepted, as_read
from compounder.fonts import missing_letters

Choices = Iterable[tuple[str, str]]
LONGEST_TEXT = 2_000
REFUSED = 422
_KEY = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)


class ReadField(StringField):
    """Text read by one of the domain's parsers; what it read is `value`, or None where the field may stay empty.

    Longer than any field accepts, it is read with its blanks, and so refused: what was sent may have been cut.
    """

    value: Any = None

    def __init__(self, label: str, read: Callable[[str], Any], *, is_optional: bool = False, **options: Any) -> None:
        super().__init__(label, **options)
        self.read = read
        self.is_optional = is_optional

    def pre_validate(self, _: Form) -> None:
        sent = self.data or ""
        text = sent if len(sent) > LONGEST_TEXT else sent.strip()
        self.value = None
        if not text and self.is_optional:
            return
        if not text:
            raise StopValidation(f"{self.label.text} is missing; write it here.")
        try:
            self.value = self.read(text)
        except CompoundingError as refusal:
            raise StopValidation(str(refusal)) from None


class ChoiceField(SelectField):
    """One of those offered, each a value and its words. `nothing_offered` says what to do where there is nothing."""

    def __init__(self, label: str, offered: Choices = (), *, nothing_offered: str = "", **options: Any) -> None:
        super().__init__(label, **options)
        self.nothing_offered = nothing_offered
        self.offer(offered)

    def offer(self, offered: Choices) -> None:
        self.choices = [SelectChoice(value, said) for value, said in offered]

    def pre_validate(self, _: Form) -> None:
        if not self.choices:
            raise StopValidation(self.nothing_offered)
        if self.data not in [choice.value for choice in self.choices]:
            raise StopValidation(f"{self.label.text}: {as_read(self.data)} is not offered any more; choose again.")


class OneTimeKey(HiddenField):
    """What makes two clicks one thing: given with the empty form, unreadable if it comes back otherwise."""

    def give(self) -> None:
        self.data = secrets.token_urlsafe(16)

    def pre_validate(self, _: Form) -> None:
        if not _KEY.fullmatch(self.data or ""):
            raise StopValidation("This form lost its key on the way; open a new one and fill it in again.")


def status_of_form() -> int:
    """A form that was sent and comes back was refused."""
    return REFUSED if request.method == "POST" else 200


def words(text: str) -> str:
    """Words that people wrote to be kept and printed: at most 2,000 letters, all of which the papers have."""
    require_on_paper(sought(text))
    return text


def sought(text: str) -> str:
    """Words to look for: at most 2,000 letters, nothing unprintable."""
    if len(text) > LONGEST_TEXT or not all(letter.isprintable() or letter in "\r\n" for letter in text):
        raise NotAccepted(read=text, accepted=f"a text of at most {LONGEST_TEXT:,} printable letters")
    return text


def require_on_paper(text: str) -> None:
    """Refuses letters that the papers' typeface does not have and would print as empty boxes."""
    missing = missing_letters(text)
    if missing:
        raise NotAccepted(read=missing, accepted="what our papers can print, Latin, Greek and Cyrillic letters,")


def complain(field: Field, sentence: str) -> None:
    """Put a service's complaint beside the field it is about."""
    field.errors = [*field.errors, sentence]


def place(form: Form, refusal: CompoundingError, fields: Sequence[Field]) -> None:
    """Put every complaint of a refusal at the field that its pointer or its name ends with; else above the form."""
    by_name = {field.short_name: field for field in fields}
    for part in refusal.errors():
        steps = [getattr(part, "field_name", ""), *reversed(part.pointer.split("/"))]
        found = next((by_name[step] for step in steps if step in by_name), None)
        if found is None:
            form.form_errors.append(str(part))
        else:
            complain(found, str(part))


@contextmanager
def placing(form: Form) -> Iterator[None]:
    """Put what is refused meanwhile at the form's fields: whoever sent it reads why, and changes it."""
    try:
        yield
    except CompoundingError as refusal:
        place(form, refusal, list(form))
