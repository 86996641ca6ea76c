"""The method's steps at the bench: one after the other, started where they have a time, ticked when they are done."""

import re
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField

from compounder import clock
from compounder.domain.errors import CompoundingError
from compounder.domain.record.step_rules import StepMovedOn, StepNotNext
from compounder.services.stepping import LookedAtSteps, Stepping, finish_step, look_at_steps, start_step
from compounder.web.fields import OneTimeKey, place, status_of_form
from compounder.web.steps_page import steps_page
from compounder.web.workspace import database, person, site

pages = Blueprint("steps", __name__, url_prefix="/batches")
Page = tuple[str, int]
START: Final = "start"
_STEP: Final = re.compile(r"[0-9]{1,4}-[0-9]{1,4}", re.ASCII)


class StepForm(FlaskForm):
    """One step; `step` says of which plan, and its number."""

    step = HiddenField()
    key = OneTimeKey()

    def describe(self, looked: LookedAtSteps) -> None:
        """Which step is next."""
        following = looked.bench.steps.following
        if not self.is_submitted() and following:
            self.step.data = f"{looked.bench.record.plan_number}-{following.number}"
            self.key.give()

    @property
    def plan_and_number(self) -> tuple[int, int]:
        """Of what is no step, plan 0: no batch has one."""
        plan_number, number = (self.step.data if _STEP.fullmatch(self.step.data or "") else "0-0").split("-")
        return int(plan_number), int(number)


@pages.route("/<lot_number>/bench/steps", methods=["GET", "POST"])
def tick(lot_number: str) -> Page | Response:
    """The next step to do; or, once all are done, who did each and when."""
    at = clock.now()
    with database().reading() as reading:
        looked = look_at_steps(reading, site(), lot_number, person(), at)
    form = StepForm()
    form.describe(looked)
    if form.validate_on_submit():
        try:
            said = _act(lot_number, form)
        except (StepMovedOn, StepNotNext) as refusal:
            flash(str(refusal))
            return _back(lot_number)
        except CompoundingError as refusal:
            place(form, refusal, list(form))
        else:
            flash(said)
            return _back(lot_number)
    return render_template("bench/step.html", form=form, **steps_page(looked, at)), status_of_form()


def _act(lot_number: str, form: StepForm) -> str:
    """Start the step, or tick it; what then is said."""
    plan_number, number = form.plan_and_number
    stepping = Stepping(
        site=site(),
        lot_number=lot_number,
        plan_number=plan_number,
        number=number,
        one_time_key=form.key.data,
        person=person(),
        at=clock.now(),
    )
    is_start = request.form.get("act") == START
    with database().writing() as writing:
        (start_step if is_start else finish_step)(writing, stepping)
    return f"The time of step {number} runs." if is_start else f"Step {number} is done."


def _back(lot_number: str) -> Response:
    return redirect(url_for("steps.tick", lot_number=lot_number), 303)
