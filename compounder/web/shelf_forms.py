"""The forms of the shelf: capsules counted there, capsules destroyed."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms.widgets import HiddenInput, TextArea

from compounder.domain.care.shelf import DestroyedFor
from compounder.domain.units import parse_count_text
from compounder.web.fields import ChoiceField, OneTimeKey, ReadField, complain
from compounder.web.readers import on_one_line, person_name


class CountForm(FlaskForm):
    """What somebody counted, beside what the ledger said when they did."""

    key = OneTimeKey()
    ledger = ReadField("The ledger said", parse_count_text, widget=HiddenInput())
    capsules = ReadField("Capsules counted", parse_count_text)
    reason = ReadField(
        "Reason for the difference", on_one_line, is_optional=True, widget=TextArea(), description="If there is one"
    )

    def start(self, there: int) -> None:
        """What the ledger says now; with a one-time key for a new form."""
        self.ledger.data = str(there)
        if not self.key.data:
            self.key.give()

    def explains(self, there: int) -> bool:
        """Whether a difference has its reason; complains of one that has none."""
        difference = self.capsules.value - there
        if difference and not self.reason.value:
            said = f"{abs(difference):,} {'more' if difference > 0 else 'fewer'} than the {there:,} of the ledger"
            complain(self.reason, f"{said}; count again, then write why.")
        return not self.reason.errors


class DestroyForm(FlaskForm):
    """What was destroyed, for what, and who saw it."""

    key = OneTimeKey()
    capsules = ReadField("Capsules destroyed", parse_count_text)
    cause = ChoiceField("Because they are", [(each.value, each.value) for each in DestroyedFor])
    reason = ReadField("What happened, and how they were destroyed", on_one_line, widget=TextArea())
    witness = ReadField(
        "Witnessed by", person_name, is_optional=True, description="A second person, where your house asks for one"
    )

    def start(self, there: int, cause: DestroyedFor) -> None:
        """All that is there, with a one-time key."""
        self.capsules.data, self.cause.data = str(there), cause.value
        self.key.give()

    @property
    def told(self) -> dict[str, Any]:
        """What the valid form says beside the count."""
        return {"cause": DestroyedFor(self.cause.data), "witness": self.witness.value or ""}
