"""The balance that something was weighed on: one of the site's, by name; the service refuses one that is not fit."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from wtforms import Form, RadioField
from wtforms.validators import StopValidation

from compounder.domain.calendar import format_day
from compounder.domain.stock.equipment import Balance
from compounder.domain.units import format_reading

TARED = "Put the vessel on, tare it, and write what the balance shows, with its unit."
"""How a vessel is weighed empty: no figure is named that could be written unseen."""


class BalanceField(RadioField):
    """Which balance, chosen by name; the service refuses one that is not the site's any more, or overdue."""

    def __init__(self, label: str = "Balance", **options: Any) -> None:
        super().__init__(label, choices=[], validate_choice=False, **options)

    def offer(self, balances: Iterable[Balance], today: date) -> None:
        """The site's balances, each with its smallest step, and when its calibration ended where it has."""
        self.choices = [(each.name, _said(each, today)) for each in balances]

    def start(self, balances: Sequence[Balance]) -> None:
        """The only one there is; of several none is chosen for anybody."""
        self.data = balances[0].name if len(balances) == 1 else None

    def pre_validate(self, _: Form) -> None:
        if not self.data:
            raise StopValidation("Choose the balance that is used.")


def _said(balance: Balance, today: date) -> str:
    said = f"{balance.name}, {format_reading(balance.readability)}"
    if balance.calibrated_until and balance.is_overdue(today):
        return f"{said}, calibration ended on {format_day(balance.calibrated_until)}"
    return said
