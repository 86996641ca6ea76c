"""The forms of the list of opioids: which names are shown, and what a site says of one."""

from enum import StrEnum

from flask_wtf import FlaskForm
from wtforms import Form
from wtforms.widgets import HiddenInput, TextArea

from compounder.domain.care.screening import WASHOUT, Acting, Opioid, words_of
from compounder.domain.units import parse_count_text
from compounder.services.opioids import ListedOpioid, OpioidList
from compounder.web.fields import ChoiceField, ReadField, sought
from compounder.web.readers import on_one_line, one_line

FIRST_SHOWN = 50


class Shown(StrEnum):
    """Which names are listed."""

    LISTED = "on the list"
    TO_BE_VERIFIED = "to be verified"
    OWN = "changed here"
    WITHDRAWN = "withdrawn"

    def has(self, listed: ListedOpioid) -> bool:
        match self:
            case Shown.LISTED:
                return not listed.is_withdrawn
            case Shown.TO_BE_VERIFIED:
                return listed.is_to_be_verified and not listed.is_withdrawn
            case Shown.OWN:
                return listed.said.version > 1 or not listed.is_of_the_package
            case Shown.WITHDRAWN:
                return listed.is_withdrawn


class OpioidsForm(Form):
    """Whose names begin so, or whose ATC code does; which of them."""

    words = ReadField("Name or ATC code, or its beginning", sought, is_optional=True)
    shown = ChoiceField("Shown", [(each.value, each.value) for each in Shown])

    def settle(self) -> None:
        """What was not sent is not asked."""
        self.shown.data = self.shown.data or Shown.LISTED.value

    def found(self, every: OpioidList) -> list[ListedOpioid]:
        """The names asked for, by name."""
        which, typed = Shown(self.shown.data), words_of(self.words.value or "")
        names = (each for each in every.names.values() if which.has(each) and _begins(each.opioid, typed))
        return sorted(names, key=lambda each: each.opioid.code)


def _begins(opioid: Opioid, typed: tuple[str, ...]) -> bool:
    """Whether each word typed begins a word of the name, or the ATC code."""
    names = (*opioid.words, opioid.atc.casefold())
    return all(any(name.startswith(word) for name in names) for word in typed)


class SaidForm(FlaskForm):
    """What is said of a name, and why."""

    atc = ReadField("ATC code", one_line, description="N02A, N07BC, R05DA or A07DA and what follows, such as N02AA01")
    acting = ChoiceField("Acts", [(each.value, f"{each.value}: {days} without it") for each, days in WASHOUT.items()])
    days_free = ReadField(
        "Other washout, days", parse_count_text, is_optional=True, description="Empty: as long as it acts"
    )
    reference = ReadField(
        "Reference", on_one_line, is_optional=True, widget=TextArea(), description="Empty: to be verified"
    )
    reason = ReadField("Reason", on_one_line, widget=TextArea())

    def opioid(self, name: str) -> Opioid:
        """The name as the valid form says it; refuses what its constructor refuses."""
        return Opioid(
            name=name,
            atc=self.atc.value.upper(),
            acting=Acting(self.acting.data),
            reference=self.reference.value or "",
            days_free=self.days_free.value,
        )


class AddOpioidForm(SaidForm):
    """A name that is not on the list."""

    name = ReadField("Name", one_line, description="Generic or brand, as people write it")


class CorrectOpioidForm(SaidForm):
    """Something else than version `base` says."""

    base = ReadField("Version corrected", parse_count_text, widget=HiddenInput())

    def start(self, listed: ListedOpioid) -> None:
        """The form as the list says it now."""
        opioid = listed.opioid
        self.base.data = str(listed.said.version)
        self.atc.data, self.acting.data, self.reference.data = opioid.atc, opioid.acting.value, opioid.reference
        self.days_free.data = str(opioid.days_free or "")


class VerifyOpioidForm(FlaskForm):
    """What the name was held against."""

    reference = ReadField(
        "Reference",
        on_one_line,
        widget=TextArea(),
        description="What you read: the work, its edition, the page",
    )

    def start(self, listed: ListedOpioid) -> None:
        """What stands there already."""
        self.reference.data = listed.opioid.reference
