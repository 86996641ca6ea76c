"""The bench of a batch: one powder after the other, scanned, weighed and read twice; what was lost is discarded."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField, SubmitField
from wtforms.widgets import TextArea

from compounder import clock
from compounder.domain.errors import CompoundingError
from compounder.domain.record.readings import NotTared, require_tared
from compounder.domain.units import READING, Reading, format_reading, quantity_text
from compounder.services.bench import Looked, look
from compounder.services.discarding import Discarding
from compounder.services.discarding import discard as keep_discarded
from compounder.services.offering import newest_of
from compounder.services.plan_before import StillRestsUpon, plan_before
from compounder.services.weighing import Weighing
from compounder.services.weighing import weigh as keep_weighed
from compounder.services.weighing_errors import EverythingWeighed, NotTheNext
from compounder.web.balance_field import TARED, BalanceField
from compounder.web.bench_offer import ago, offer_of, offer_shown
from compounder.web.bench_page import bench_page, discard_page, plan_and_line, reading_on
from compounder.web.fields import OneTimeKey, ReadField, complain, place, status_of_form, words
from compounder.web.readers import scanned
from compounder.web.recovery_page import recovery_from
from compounder.web.workspace import database, person, site, today

pages = Blueprint("bench", __name__, url_prefix="/batches")
Page = tuple[str, int]


def typed(text: str) -> str:
    """A reading as it was typed; the bench reads it."""
    return text


class WeighingForm(FlaskForm):
    """One weighing; `step` says of which plan and line, `offered` which reading is taken that the balance sent."""

    lot = ReadField("Lot on the jar", scanned, description="Scan it, or type it")
    balance = BalanceField()
    tared = ReadField("Empty vessel", typed, description=TARED)
    reading = ReadField("Reading", typed)
    again = ReadField("The reading again", typed, description="Read the balance once more, and type that")
    offered = StringField()
    look = SubmitField("Look again")
    empty = SubmitField("Take it for the empty vessel")
    step = HiddenField()
    key = OneTimeKey()

    def describe(self, looked: Looked) -> None:
        """Which balances there are; the plan's is chosen until somebody takes another."""
        line = looked.bench.making.next_line or 0
        self.balance.offer(looked.balances, today())
        planned = looked.bench.making.weighings[line]
        self.reading.description = "With its unit and every digit that the balance shows."
        if not self.is_submitted():
            self.balance.data = planned.balance
            self.step.data = f"{looked.bench.record.plan_number}-{line}"
            self.key.give()

    def take_empty(self, looked: Looked) -> None:
        """What the chosen balance shows of the empty vessel, in place of typing it; complains unless it is zero."""
        offer = offer_of(looked, self.balance.data or "")
        used = next((each for each in looked.balances if each.name == self.balance.data), None)
        if offer and used:
            self.tared.data = quantity_text(offer.reading, READING)
            try:
                require_tared(used, offer.reading)
            except NotTared as refusal:
                complain(self.tared, str(refusal))

    @property
    def only_looks(self) -> bool:
        """Whether nothing is to be stored yet."""
        return bool(self.look.data or self.empty.data)

    def reading_in(self, looked: Looked) -> Reading | None:
        """What is to be weighed, taken from the balance or typed; None where that cannot be read, or is past."""
        if self.offered.data:
            return next((each.reading for each in looked.offered if each.offer_id == self.offered.data), None)
        return reading_on(self.reading.data or "")

    @property
    def plan_and_line(self) -> tuple[int, int]:
        return plan_and_line(self.step.data)


class DiscardForm(FlaskForm):
    """What is lost of a powder, and why."""

    mass = ReadField("How much is lost", typed, description="As near as it can be known, such as 171.2 mg")
    reason = ReadField("Reason", words, widget=TextArea())
    key = OneTimeKey()


@pages.route("/<lot_number>/bench", methods=["GET", "POST"])
def weigh(lot_number: str) -> Page | Response:
    """The next powder to weigh; or, once all are, what each capsule holds."""
    form, refused = WeighingForm(), None
    form.reading.is_optional = form.again.is_optional = bool(form.offered.data)
    if not form.only_looks and form.validate_on_submit():
        try:
            weighed = _weigh(lot_number, form)
        except (NotTheNext, EverythingWeighed) as refusal:
            flash(str(refusal))
            return _back(lot_number)
        except CompoundingError as refusal:
            place(form, refusal, list(form))
            refused = refusal
        else:
            flash(f"{format_reading(weighed)} is weighed." if weighed else "It is weighed.")
            return _back(lot_number)
    looked = _looked(lot_number)
    form.describe(looked)
    if form.empty.data:
        form.take_empty(looked)
    return _page(looked, form, refused), 200 if form.only_looks else status_of_form()


def _page(looked: Looked, form: WeighingForm, refused: CompoundingError | None) -> str:
    taken, offer = form.reading_in(looked), offer_of(looked, form.balance.data or "")
    return render_template(
        "bench/weigh.html",
        form=form,
        offer=offer_shown(looked, offer),
        recovery=recovery_from(looked, form, refused, taken) if refused else "",
        plan_before=_plan_before(looked),
        **bench_page(looked, taken or (offer.reading if offer else None)),
    )


def _plan_before(looked: Looked) -> int | None:
    """The number of the plan that may be gone back to; None where there is none, or something rests upon this one."""
    if looked.jar is None or looked.bench.making.may_return_to is None:
        return None
    try:
        with database().reading() as reading:
            return plan_before(reading, looked.bench).number
    except StillRestsUpon:  # the page of going back says what; the bench offers it or not
        return None


@pages.get("/<lot_number>/bench/offered")
def offered(lot_number: str) -> dict[str, Any]:
    """What the balance that is chosen offers now, for a page that shows the reading `shown` already, if any.

    Every open page asks once a second: the batch is looked at only where there is something new.
    """
    balance = request.args.get("balance", "")
    with database().reading() as reading:
        newest = newest_of(reading, site(), balance, clock.now())
    if newest is None:
        return {}
    if newest.offer_id == request.args.get("shown"):
        return {"id": newest.offer_id, "ago": ago(newest)}
    looked = _looked(lot_number)
    return dict(offer_shown(looked, offer_of(looked, balance)))


def _weigh(lot_number: str, form: WeighingForm) -> Reading | None:
    plan_number, line = form.plan_and_line
    weighing = Weighing(
        site=site(),
        lot_number=lot_number,
        plan_number=plan_number,
        line=line,
        lot=form.lot.value,
        balance=form.balance.data or "",
        tared=form.tared.value,
        reading=form.reading.value or "",
        again=form.again.value or "",
        offered=form.offered.data or "",
        one_time_key=form.key.data,
        person=person(),
        at=clock.now(),
    )
    with database().writing() as writing:
        return keep_weighed(writing, weighing)


@pages.route("/<lot_number>/bench/<int(max=9999):line>/discard", methods=["GET", "POST"])
def discard(lot_number: str, line: int) -> Page | Response:
    """Ask what was lost of a line and why; it is weighed anew, with all that it is mixed with."""
    looked, form = _looked(lot_number), DiscardForm()
    taken = looked.bench.making.taken
    if line >= len(taken):
        raise NotFound
    if taken[line] or (form.is_submitted() and form.mass.name not in request.form):
        del form.mass
    if not form.is_submitted():
        form.key.give()
    elif form.validate():
        try:
            _discard(looked, line, form)
        except NotTheNext as refusal:
            flash(str(refusal))
            return _back(lot_number)
        except CompoundingError as refusal:
            place(form, refusal, list(form))
        else:
            flash(_discarded(looked, line))
            return _back(lot_number)
    return render_template("bench/discard.html", form=form, **discard_page(looked, line)), status_of_form()


def _discarded(looked: Looked, line: int) -> str:
    if looked.bench.mixed_lines:
        return "All powders are discarded, and weighed anew."
    return f"It is discarded; {looked.bench.making.weighings[line].ingredient} is weighed anew."


def _discard(looked: Looked, line: int, form: DiscardForm) -> None:
    record = looked.bench.record
    discarding = Discarding(
        site=site(),
        lot_number=record.lot_number,
        plan_number=record.plan_number,
        line=line,
        mass=form.mass.value if "mass" in form else "",
        reason=form.reason.value,
        one_time_key=form.key.data,
        person=person(),
        at=clock.now(),
    )
    with database().writing() as writing:
        keep_discarded(writing, discarding)


def _looked(lot_number: str) -> Looked:
    with database().reading() as reading:
        return look(reading, site(), lot_number, person(), clock.now())


def _back(lot_number: str) -> Response:
    return redirect(url_for("bench.weigh", lot_number=lot_number), 303)
