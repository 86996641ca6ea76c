"""Recovery at the bench: a reading that is over, both ways beside the plan in force, and one of them with its reason;
and the way back once what was weighed is discarded.

The reading comes along in the address, from the bench's refusal or from this page's own first form, and is read anew
each time; what is sent is only the choice.
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField
from wtforms.validators import StopValidation
from wtforms.widgets import TextArea

from compounder import clock
from compounder.domain.batch.recovery import RecoveryWay
from compounder.domain.batch.weighing import Role
from compounder.domain.errors import CompoundingError
from compounder.domain.units import format_reading
from compounder.services.bench import Looked, look
from compounder.services.plan_before import GoingBack, go_back
from compounder.services.plan_before import plan_before as find_plan_before
from compounder.services.recovering import OnlyDrugRecovers, Recoverable, Recovery, look_over
from compounder.services.recovering import recover as keep_recovered
from compounder.services.weighing import Weighing
from compounder.services.weighing_errors import EverythingWeighed, NotTheNext
from compounder.web.balance_field import TARED, BalanceField
from compounder.web.bench import typed
from compounder.web.bench_page import heading_of, plan_and_line
from compounder.web.fields import OneTimeKey, ReadField, place, placing, status_of_form, words
from compounder.web.readers import scanned
from compounder.web.recovery_page import back_page, offered, recovery_page
from compounder.web.workspace import database, person, site, today

pages = Blueprint("recovering", __name__, url_prefix="/batches")
Page = tuple[str, int]


class ReadingForm(FlaskForm):
    """A reading that is over, as the bench takes it: looked at, and carried along in the address."""

    class Meta:
        csrf = False

    lot = ReadField("Lot on the jar", scanned, description="Scan it, or type it")
    balance = BalanceField()
    tared = ReadField("Empty vessel", typed, description=TARED)
    reading = ReadField("Reading", typed)
    again = ReadField("The reading again", typed, description="Read the balance once more, and type that")

    def describe(self, looked: Looked) -> None:
        """Which balances there are; the plan's is chosen until somebody takes another."""
        self.balance.offer(looked.balances, today())
        if not self.balance.data:
            self.balance.data = looked.bench.making.weighings[looked.bench.making.next_line or 0].balance


class RecoveryForm(FlaskForm):
    """Which of the ways, and why; `step` says of which plan and line."""

    way = RadioField("Go by", choices=[], validate_choice=False)
    reason = ReadField("Reason", words, widget=TextArea())
    step = HiddenField()
    key = OneTimeKey()

    def describe(self, looked: Looked, found: Recoverable) -> None:
        """The ways that there are; none is chosen for anybody."""
        self.way.choices = offered(found)
        if not self.is_submitted():
            self.step.data = f"{looked.bench.record.plan_number}-{looked.bench.making.next_line}"
            self.key.give()

    def validate_way(self, way: RadioField) -> None:
        """None is chosen for anybody."""
        if way.data not in list(RecoveryWay):
            raise StopValidation("Choose one of the ways.")


class GoingBackForm(FlaskForm):
    """Why the plan before is gone by again; `step` says from which plan."""

    reason = ReadField("Reason", words, widget=TextArea())
    step = HiddenField()
    key = OneTimeKey()

    def start(self, looked: Looked) -> None:
        """An empty form, from the plan in force."""
        self.step.data = f"{looked.bench.record.plan_number}-{looked.bench.making.next_line or 0}"
        self.key.give()


@pages.route("/<lot_number>/bench/recover", methods=["GET", "POST"])
def recover(lot_number: str) -> Page | Response:
    """Ask for a reading that is over; then show what can be made of it, and go by one of the plans."""
    with database().reading() as reading:
        looked = look(reading, site(), lot_number, person(), clock.now())
    if looked.jar is None:
        return _back(lot_number)
    read, form = ReadingForm(formdata=request.args or None), RecoveryForm()
    read.describe(looked)
    try:
        if form.is_submitted() and read.validate() and form.validate():
            _recover(lot_number, read, form)
            flash(f"The plan is revised; {read.reading.value} is weighed.")
            return _back(lot_number)
    except (NotTheNext, EverythingWeighed) as refusal:
        flash(str(refusal))
        return _back(lot_number)
    except CompoundingError as refusal:
        place(form, refusal, list(form))
    following = looked.bench.making.weighings[looked.bench.making.next_line or 0]
    if following.role is Role.FILLER:
        flash(str(OnlyDrugRecovers(ingredient=following.ingredient)))
        return _back(lot_number)
    found = _found(looked, read, form) if request.args and read.validate() else None
    return _page(looked, read, form, found), status_of_form()


@pages.route("/<lot_number>/bench/plan-before", methods=["GET", "POST"])
def plan_before(lot_number: str) -> Page | Response:
    """Ask why the batch goes back to the plan before its recovery; what it was revised to is discarded."""
    form = GoingBackForm()
    if form.validate_on_submit():
        with placing(form):
            _go_back(lot_number, form)
            flash("The batch is made by the plan before the recovery again.")
            return _back(lot_number)
    with database().reading() as reading:
        looked = look(reading, site(), lot_number, person(), clock.now())
        before = find_plan_before(reading, looked.bench)
    if not form.is_submitted():
        form.start(looked)
    page = {"lot_number": lot_number, "title": heading_of(looked), **back_page(looked, before)}
    return render_template("bench/plan_before.html", form=form, **page), status_of_form()


def _go_back(lot_number: str, form: GoingBackForm) -> None:
    going = GoingBack(
        site=site(),
        lot_number=lot_number,
        plan_number=plan_and_line(form.step.data)[0],
        reason=form.reason.value,
        one_time_key=form.key.data,
        person=person(),
        at=clock.now(),
    )
    with database().writing() as writing:
        go_back(writing, going)


def _page(looked: Looked, read: ReadingForm, form: RecoveryForm, found: Recoverable | None) -> str:
    making = looked.bench.making
    line = making.next_line or 0
    return render_template(
        "bench/recover.html",
        read_form=read,
        form=form,
        lot_number=looked.bench.record.lot_number,
        title=heading_of(looked),
        line=line,
        ingredient=making.weighings[line].ingredient,
        planned=format_reading(making.weighings[line].to_weigh),
        found=recovery_page(found) if found else None,
    )


def _found(looked: Looked, read: ReadingForm, form: RecoveryForm) -> Recoverable | None:
    """What can be made of the reading; where it is refused, its form says why."""
    record, line = looked.bench.record, looked.bench.making.next_line or 0
    weighing = _weighing(record.lot_number, read, (record.plan_number, line))
    try:
        with database().reading() as reading:
            found = look_over(reading, weighing)
    except CompoundingError as refusal:
        place(read, refusal, list(read))
        return None
    form.describe(looked, found)
    return found


def _recover(lot_number: str, read: ReadingForm, form: RecoveryForm) -> None:
    weighing = _weighing(lot_number, read, plan_and_line(form.step.data), form.key.data)
    with database().writing() as writing:
        keep_recovered(writing, Recovery(weighing=weighing, way=RecoveryWay(form.way.data), reason=form.reason.value))


def _weighing(lot_number: str, read: ReadingForm, step: tuple[int, int], key: str = "") -> Weighing:
    plan_number, line = step
    return Weighing(
        site=site(),
        lot_number=lot_number,
        plan_number=plan_number,
        line=line,
        lot=read.lot.value,
        balance=read.balance.data or "",
        tared=read.tared.value,
        reading=read.reading.value,
        again=read.again.value,
        one_time_key=key,
        person=person(),
        at=clock.now(),
    )


def _back(lot_number: str) -> Response:
    return redirect(url_for("bench.weigh", lot_number=lot_number), 303)
