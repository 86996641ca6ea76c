"""Form fields that read as the domain reads: one door for quantities, one sentence at the field when it is refused."""

from collections.abc import Callable, Sequence
from typing import Any

from wtforms import Field, Form, StringField
from wtforms.validators import StopValidation

from compounder.domain.errors import CompoundingError, NotAccepted

LONGEST_TEXT = 2_000


class ReadField(StringField):
    """Text read by one of the domain's parsers; what it read is `value`, or None where the field may stay empty."""

    value: Any = None

    def __init__(self, label: str, read: Callable[[str], Any], *, is_optional: bool = False, **options: Any) -> None:
        super().__init__(label, **options)
        self.read = read
        self.is_optional = is_optional

    def pre_validate(self, _: Form) -> None:
        text = (self.data or "").strip()
        self.value = None
        if not text and self.is_optional:
            return
        if not text:
            raise StopValidation(f"{self.label.text} is missing; write it here.")
        try:
            self.value = self.read(text)
        except CompoundingError as refusal:
            raise StopValidation(str(refusal)) from None


def words(text: str) -> str:
    """A line of words that people wrote: at most 2,000 letters, nothing unprintable."""
    if len(text) > LONGEST_TEXT or not all(letter.isprintable() or letter in "\r\n" for letter in text):
        raise NotAccepted(read=text, accepted=f"a text of at most {LONGEST_TEXT:,} printable letters")
    return text


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
