"""The forms of a recall: why something is called back, who was told, and how it ended."""

from datetime import date
from typing import Final

from flask_wtf import FlaskForm
from wtforms.widgets import TextArea

from compounder.domain.calendar import parse_day
from compounder.domain.care.recall import HARM, Answer, Contact, ContactWay, Notice, RecallClass, RecallSource
from compounder.web.fields import ChoiceField, OneTimeKey, ReadField, words
from compounder.web.readers import one_line
from compounder.web.reason_form import SignedReasonForm
from compounder.web.signing_form import SigningForm

SOURCES: Final = {
    RecallSource.SUPPLIER: "the supplier",
    RecallSource.AUTHORITY: "an authority",
    RecallSource.OURS: "this pharmacy",
}
WAYS: Final = {
    ContactWay.TELEPHONE: "by telephone",
    ContactWay.IN_PERSON: "in person",
    ContactWay.LETTER: "by letter",
    ContactWay.EMAIL: "by e-mail",
}
ANSWERS: Final = {
    Answer.TOLD: "told, brings it back",
    Answer.NONE_LEFT: "told, none left",
    Answer.NO_ANSWER: "no answer yet",
}
PLAIN: Final = "We found a problem with what they are made from."


class StartForm(SigningForm):
    """Why something is called back, signed."""

    recall_class = ChoiceField("Class", [(each.value, f"{each}: {harm}") for each, harm in HARM.items()])
    source = ChoiceField("Found by", [(each.value, said) for each, said in SOURCES.items()])
    reference = ReadField(
        "Number of the notice", one_line, is_optional=True, description="The supplier's or the authority's"
    )
    reason = ReadField("Reason", one_line, description="Kept with everything that is held back; without names")
    told = ReadField("What patients are told", one_line, description="In plain words, for the letters")
    key = OneTimeKey()

    def start(self) -> None:
        """An empty form, with its one-time key."""
        self.recall_class.data = RecallClass.II.value
        self.told.data = PLAIN
        self.key.give()

    def notice(self) -> Notice:
        """What the valid form says; refuses a notice of others without its number."""
        return Notice(
            recall_class=RecallClass(self.recall_class.data),
            source=RecallSource(self.source.data),
            reference=self.reference.value or "",
            reason=self.reason.value,
            told=self.told.value,
        )


class ContactForm(FlaskForm):
    """Who was told on which day, how, and what came of it."""

    told_on = ReadField("On", parse_day)
    way = ChoiceField("How", [(each.value, said) for each, said in WAYS.items()])
    answer = ChoiceField("What came of it", [(each.value, said) for each, said in ANSWERS.items()])
    key = OneTimeKey()

    def start(self, today: date) -> None:
        """An empty form for today, with its one-time key."""
        self.told_on.data = today.isoformat()
        self.key.give()

    def contact(self, *, patient: str = "", prescriber: str = "") -> Contact:
        """What the valid form says of a patient or a prescriber."""
        return Contact(
            patient=patient,
            prescriber=prescriber,
            told_on=self.told_on.value,
            way=ContactWay(self.way.data),
            answer=Answer(self.answer.data),
        )


class PrescriberForm(ContactForm):
    """The same of one of the prescribers."""

    prescriber = ChoiceField("Prescriber", nothing_offered="Nobody prescribed anything of it.")


class CloseForm(SignedReasonForm):
    """How it ended, signed."""

    reason = ReadField("How it ended", words, widget=TextArea(), description="Kept for good: without names")
