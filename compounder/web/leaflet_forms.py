"""The form of the leaflet's next version: a field for each part that is words only, as plain text."""

from collections.abc import Mapping

from flask_wtf import FlaskForm
from wtforms.widgets import HiddenInput, TextArea

from compounder.domain.care.leaflet_words import LeafletPart, LeafletWords
from compounder.domain.units import parse_count_text
from compounder.printing.leaflet_texts import BROUGHT, SECTIONS
from compounder.web.fields import ReadField
from compounder.web.readers import lines_of, on_one_line


def read_part(text: str) -> str:
    """Plain text, a paragraph a line; blanks around lines and empty lines are not kept."""
    return "\n".join(lines_of(text))


class LeafletForm(FlaskForm):
    """What each part says in the version after `base`; an empty one says what the program brings."""

    base = ReadField("Version revised", parse_count_text, widget=HiddenInput())
    read_first, what_it_is, before_you_start, no_opioids, missed, how_you_may_feel, when_to_call = (
        ReadField(SECTIONS[part].heading, read_part, is_optional=True, widget=TextArea()) for part in LeafletPart
    )
    reason = ReadField("Reason for this version", on_one_line, is_optional=True, widget=TextArea())

    @property
    def parts(self) -> Mapping[LeafletPart, ReadField]:
        """The field of each part."""
        return {part: self[part.name.lower()] for part in LeafletPart}

    def start(self, words: LeafletWords) -> None:
        """The form as a version says it."""
        self.base.data = str(words.version)
        for part, field in self.parts.items():
            field.data = words.texts.get(part, BROUGHT[part])

    def words(self) -> LeafletWords:
        """The version that the valid form describes; refuses what its constructor refuses."""
        said = {part: field.value for part, field in self.parts.items() if field.value not in (None, BROUGHT[part])}
        return LeafletWords(version=self.base.value + 1, texts=said, reason=self.reason.value or "")
