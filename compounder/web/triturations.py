"""A trituration's page; saying what was weighed into it; giving it up."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from compounder import clock
from compounder.domain.calendar import parse_day
from compounder.domain.record.trituration_record import WeightsTaken
from compounder.domain.units import READING, Reading, format_reading, parse_quantity
from compounder.domain.wording import with_capital
from compounder.services.making import JarsInHand, Making, make_from_jars
from compounder.services.triturations import TriturationFile, trituration_file, void_trituration
from compounder.web.balance_field import TARED, BalanceField
from compounder.web.fields import OneTimeKey, ReadField, placing, status_of_form
from compounder.web.journal_page import ENTRY_COLUMNS, entry_cells
from compounder.web.papers import STOCK_CHOICES
from compounder.web.readers import scanned
from compounder.web.reason_form import ReasonForm
from compounder.web.trituration_page import title_of, trituration_page
from compounder.web.workspace import actor, current_site_settings, database, site, today

pages = Blueprint("triturations", __name__, url_prefix="/triturations")


def read_reading(text: str) -> Reading:
    """A mass as a balance shows it, its digits kept."""
    return parse_quantity(text, READING)


class MakeForm(FlaskForm):
    """What was weighed into the mortar, on which balance, and as it showed: the empty vessel, then the powder."""

    start_lot = ReadField("Lot started with", scanned)
    started_with_balance = BalanceField()
    started_with_tared = ReadField("Empty vessel", read_reading, description=TARED)
    started_with = ReadField("Started with", read_reading)
    diluent_lot = ReadField("Lot of the diluent", scanned)
    diluent_balance = BalanceField()
    diluent_tared = ReadField("Empty vessel", read_reading, description=TARED)
    diluent = ReadField("Diluent", read_reading)
    made_on = ReadField("Compounded on", parse_day)
    key = OneTimeKey()

    def describe(self, file: TriturationFile) -> None:
        """Each field says which powder it asks for, and which readings are in tolerance; the plan's balance is chosen
        until somebody takes another."""
        asked = (
            (self.start_lot, self.started_with, self.started_with_balance, self.started_with_tared),
            (self.diluent_lot, self.diluent, self.diluent_balance, self.diluent_tared),
        )
        for (lot, field, balance, tared), weighing in zip(asked, file.stored.record.plan.weighings, strict=True):
            lot.label.text = f"Lot on the jar of {weighing.ingredient}"
            lot.description = "Scan it, or type it."
            field.label.text = f"{with_capital(weighing.ingredient)}, as weighed"
            window = f"{format_reading(weighing.accept_from)} to {format_reading(weighing.accept_to)}"
            field.description = f"Planned {format_reading(weighing.to_weigh)}; accepted {window}."
            balance.label.text = f"Balance of the {weighing.ingredient}"
            tared.label.text = f"Empty vessel for the {weighing.ingredient}"
            balance.offer(current_site_settings().balances, today())
            if not self.is_submitted():
                balance.data = weighing.balance

    @property
    def jars(self) -> JarsInHand:
        """What was scanned of the two jars."""
        return JarsInHand(start_lot=self.start_lot.value, diluent_lot=self.diluent_lot.value)


@pages.get("/<lot_number>")
def show(lot_number: str) -> str:
    """One trituration: what is weighed, what it turned out to be, what draws on it, papers, record and journal."""
    file = _file(lot_number)
    return render_template(
        "triturations/show.html",
        **trituration_page(file),
        stocks=STOCK_CHOICES,
        entry_columns=ENTRY_COLUMNS,
        entries=entry_cells(file.entries, current_site_settings().zone),
    )


@pages.route("/<lot_number>/make", methods=["GET", "POST"])
def make(lot_number: str) -> tuple[str, int] | Response:
    """Ask for the weights taken; what they come to is a lot from then on."""
    file, form = _file(lot_number), MakeForm()
    form.describe(file)
    if not form.is_submitted():
        form.made_on.data = today().isoformat()
        form.key.give()
    elif form.validate():
        with placing(form), database().writing() as writing:
            make_from_jars(writing, _making(lot_number, form), form.jars)
        if not form.errors:
            flash(f"Trituration {lot_number} is made and in stock; the plans that use it are worked out anew.")
            return redirect(url_for("triturations.show", lot_number=lot_number), 303)
    title = title_of(file)
    return render_template("triturations/make.html", form=form, lot_number=lot_number, title=title), status_of_form()


@pages.route("/<lot_number>/void", methods=["GET", "POST"])
def void(lot_number: str) -> tuple[str, int] | Response:
    """Ask for the reason; give the trituration up."""
    file, form = _file(lot_number), ReasonForm()
    if form.validate_on_submit():
        with placing(form), database().writing() as writing:
            reason = form.reason.value
            void_trituration(writing, site(), lot_number, reason=reason, actor=actor(), at=clock.now())
        if not form.errors:
            flash(f"Trituration {lot_number} is voided; its powders are free again.")
            return redirect(url_for("triturations.show", lot_number=lot_number), 303)
    title = title_of(file)
    return render_template("triturations/void.html", form=form, lot_number=lot_number, title=title), status_of_form()


def _making(lot_number: str, form: MakeForm) -> Making:
    return Making(
        site=site(),
        lot_number=lot_number,
        weights=WeightsTaken(
            started_with=form.started_with.value,
            diluent=form.diluent.value,
            started_with_balance=form.started_with_balance.data or "",
            diluent_balance=form.diluent_balance.data or "",
            started_with_tared=form.started_with_tared.value,
            diluent_tared=form.diluent_tared.value,
        ),
        made_on=form.made_on.value,
        one_time_key=form.key.data,
        actor=actor(),
        at=clock.now(),
    )


def _file(lot_number: str) -> TriturationFile:
    with database().reading() as reading:
        return trituration_file(reading, site(), lot_number)
