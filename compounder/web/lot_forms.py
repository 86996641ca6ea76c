"""Forms about ingredient lots: measuring a pack statistic, a lot's status, a count of it, the list's filters."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from flask_wtf import FlaskForm
from wtforms import Form
from wtforms.widgets import TextArea

from compounder.database.search import LotFilter
from compounder.domain.calendar import parse_day
from compounder.domain.errors import MissingKey, NotANumber, OutOfBounds
from compounder.domain.people.person import Role
from compounder.domain.site import SiteSettings
from compounder.domain.stock.lot_status import may_set
from compounder.domain.stock.lots import (
    AssayBasis,
    LotStatus,
    PackMeasurement,
)
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.stock.substances import SUBSTANCES
from compounder.domain.units import (
    MASS,
    Mass,
    format_shown,
    parse_mass,
    parse_number,
)
from compounder.web.balance_field import BalanceField
from compounder.web.fields import ChoiceField, ReadField, sought, words
from compounder.web.readers import largest_first

SUBSTANCE_CHOICES = [(name, name) for name in SUBSTANCES]
SIZES = [(size.value, f"Size {size}") for size in CapsuleSize]
BASES = {
    AssayBasis.ANHYDROUS: "on the anhydrous basis",
    AssayBasis.DRIED: "on the dried basis",
    AssayBasis.AS_IS: "as is",
}
STATUSES = {
    LotStatus.IN_USE: "in use",
    LotStatus.QUARANTINED: "quarantined",
    LotStatus.USED_UP: "used up",
    LotStatus.REJECTED: "rejected",
}
SETTABLE = {**STATUSES, LotStatus.REJECTED: "rejected, for good"}
EXPIRED = "expired"
LISTED = {"": "any", **{status.value: said for status, said in STATUSES.items()}, EXPIRED: EXPIRED}
LONGEST_WEIGHTS = 600
FEWEST_WEIGHTS, MOST_WEIGHTS = 5, 20


def read_weights(text: str) -> tuple[Mass, ...]:
    """Five to twenty weights in mg as they were written down, with spaces or lines between: `167.2 168.9 168.1`.

    The unit may stand behind each: `167.2 mg`.
    """
    if len(text) > LONGEST_WEIGHTS:
        raise NotANumber(read=text, accepted="five to twenty weights in mg, such as 167.2 168.9")
    return weights_of(text, FEWEST_WEIGHTS, MOST_WEIGHTS)


def weights_of(text: str, fewest: int, most: int) -> tuple[Mass, ...]:
    """Weights in mg, at least `fewest` and at most `most` of them."""
    figures = re.sub(r"(?<=[0-9]) mg(?=\s|$)", "", text)
    weights = tuple(parse_mass(f"{parse_number(weight)} mg") for weight in re.split(r"[ \r\n\t]+", figures) if weight)
    if not fewest <= len(weights) <= most:
        raise OutOfBounds(read=f"A list of {len(weights)}", least=f"{fewest}", most=f"{most} weights")
    return weights


class MeasureForm(FlaskForm):
    """Filled capsules of the pure powder, weighed; the shells' weight is taken off."""

    capsule_size = ChoiceField("Capsule size", SIZES, default=CapsuleSize.THREE.value)
    balance = BalanceField()
    filled_weights = ReadField(
        "Weights of filled capsules, mg",
        read_weights,
        widget=TextArea(),
        description="Five to twenty, separated by spaces or lines",
    )
    mean_empty_shell = ReadField("Mean empty shell", parse_mass, is_optional=True)
    measured_on = ReadField("Measured on", parse_day)

    def start(self, settings: SiteSettings, today: date) -> None:
        """An empty form for today, with the site's balance where it has only one."""
        self.measured_on.data = today.isoformat()
        self.balance.start(settings.balances)

    def offer(self, settings: SiteSettings, today: date) -> None:
        """The site's balances, and its own shells, which count where nothing else is written."""
        self.balance.offer(settings.balances, today)
        shells = settings.empty_shells
        known = ", ".join(f"size {size}: {format_shown(shells[size], MASS)}" for size in largest_first(shells))
        self.mean_empty_shell.description = f"Empty: the site's own setting, to be verified: {known}"

    def measurement(self, shells: Mapping[CapsuleSize, Mass]) -> PackMeasurement:
        """The measurement that the valid form describes; refuses what its own constructor refuses."""
        size = CapsuleSize(self.capsule_size.data)
        shell = self.mean_empty_shell.value if self.mean_empty_shell.value is not None else shells.get(size)
        if shell is None:
            raise MissingKey(missing=f"mean empty shell of size {size}", field_name="mean_empty_shell")
        return PackMeasurement(
            capsule_size=size,
            measured_on=self.measured_on.value,
            filled_weights=self.filled_weights.value,
            mean_empty_shell=shell,
            balance=self.balance.data or "",
        )


class StatusForm(FlaskForm):
    """Whether a lot may be used, and why."""

    status = ChoiceField(
        "From now on it is",
        [(status.value, said) for status, said in SETTABLE.items()],
        nothing_offered="What becomes of it, a pharmacist or the owner says.",
    )
    reason = ReadField("Reason", words, widget=TextArea())

    def offer(self, now: LotStatus, role: Role) -> None:
        """Every status that somebody in this role may give, but the one the lot has."""
        others = [(status, said) for status, said in SETTABLE.items() if status is not now]
        self.status.offer([(status.value, said) for status, said in others if may_set(role, status)])


class AdjustForm(FlaskForm):
    """What was counted in the jar, and why it differs."""

    counted = ReadField("Mass counted", parse_mass, description="With its unit, such as 48.2 g")
    reason = ReadField("Reason", words, widget=TextArea())


class LotsForm(Form):
    """The filters of the list of lots."""

    words = ReadField("Words or lot number", sought, is_optional=True)
    substance = ChoiceField("Substance", [("", "any"), *SUBSTANCE_CHOICES])
    status = ChoiceField("Status", LISTED.items())

    def settle(self) -> None:
        """A filter that was not sent asks nothing."""
        for field in (self.substance, self.status):
            field.data = field.data or ""

    def filter(self, today: date) -> LotFilter:
        """What is asked: a lot has the status that the list shows, and that is expired once its expiry has passed,
        unless it is rejected."""
        status = None if self.status.data in ("", EXPIRED) else LotStatus(self.status.data)
        return LotFilter(
            words=self.words.value or "",
            substance=self.substance.data,
            status=status,
            usable_on=today if status and status is not LotStatus.REJECTED else None,
            expired_on=today if self.status.data == EXPIRED else None,
        )


def said_of(form: LotsForm, shown: int, *, has_more: bool) -> str:
    """What the list shows, in a sentence."""
    status = LISTED[form.status.data] if form.status.data else ""
    quoted = f"“{form.words.value}”" if form.words.value else ""
    parts: Sequence[str] = [part for part in (form.substance.data, status, quoted, "earliest expiry first") if part]
    wanted = ", ".join(parts)
    count = f"the first {shown} lots" if has_more else f"{shown} lot{'' if shown == 1 else 's'}"
    return f"{wanted[0].upper()}{wanted[1:]}: {count}"
