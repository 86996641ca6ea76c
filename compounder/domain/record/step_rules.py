"""Whether a step may be started or ticked now, and the sentence that says why not."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from compounder.domain.errors import CompoundingError
from compounder.domain.record.deviations import Deviation
from compounder.domain.record.steps import Step, Steps


class StepMovedOn(CompoundingError):
    """A step of a page that somebody else went past; `by` is who, where it is done."""

    code = "step-moved-on"
    title = "The bench has moved on"
    step: int
    did: str
    by: str

    def __str__(self) -> str:
        return f"Step {self.step} was {self.did} by {self.by} already; nothing was stored. Look again below."


class StepNotNext(CompoundingError):
    """A step that is not the next, of whatever plan."""

    code = "step-not-next"
    title = "Not the next step"
    lot_number: str

    def __str__(self) -> str:
        return f"This is not the next step of batch {self.lot_number}; nothing was stored. Look again below."


class PowderFirst(CompoundingError):
    """A step that needs powder which is still to be weighed."""

    code = "powder-first"
    title = "Weigh first"
    step: int

    def __str__(self) -> str:
        return f"Step {self.step} comes after the weighings; weigh every powder at the bench first."


class NotTimed(CompoundingError):
    """A step without a mixing time."""

    code = "not-timed"
    title = "No mixing time"
    step: int

    def __str__(self) -> str:
        return f"Step {self.step} has no mixing time; tick it when it is done."


class NotStarted(CompoundingError):
    """A timed step whose time nobody started."""

    code = "step-not-started"
    title = "The time is not started"
    step: int
    minutes: int

    def __str__(self) -> str:
        return f"Step {self.step} takes {in_minutes(timedelta(minutes=self.minutes))}; start its time first."


class StillMixing(CompoundingError):
    """A timed step whose time has not passed, and no deviation of it says why it is done earlier."""

    code = "still-mixing"
    title = "The time has not passed"
    step: int
    left: timedelta

    def __str__(self) -> str:
        return f"Step {self.step} has {in_minutes(self.left)} left; wait, or write a deviation down first."


def in_minutes(left: timedelta) -> str:
    """A time for people, the second begun counted whole: `"3 min 20 s"`.

    >>> in_minutes(timedelta(seconds=199, microseconds=1)), in_minutes(timedelta(minutes=10))
    ('3 min 20 s', '10 min')
    """
    minutes, seconds = divmod(-(-left // timedelta(seconds=1)), 60)
    return (
        " ".join(part for part in (f"{minutes} min" * bool(minutes), f"{seconds} s" * bool(seconds)) if part) or "0 s"
    )


def require_next_step(steps: Steps, number: int, lot_number: str) -> Step:
    """The step of this number, where it is the next; refuses with `StepMovedOn` one that is done, with `StepNotNext`
    any other, and with `PowderFirst` one that needs powder still to be weighed."""
    following = steps.following
    for step in steps.done:
        if step.number == number and step.done:
            raise StepMovedOn(step=number, did="ticked", by=step.done.by)
    if following is None or following.number != number:
        raise StepNotNext(lot_number=lot_number)
    if steps.waits_for_powder:
        raise PowderFirst(step=number)
    return following


def require_startable(step: Step) -> None:
    """Refuses with `NotTimed` a step without a time, and with `StepMovedOn` one whose time runs."""
    if step.minutes is None:
        raise NotTimed(step=step.number)
    if step.started:
        raise StepMovedOn(step=step.number, did="started", by=step.started.by)


def require_time_passed(step: Step, deviations: Sequence[Deviation], plan_number: int, at: datetime) -> None:
    """Refuses with `NotStarted` a timed step whose time nobody started, and with `StillMixing` one whose time has not
    passed, unless a deviation was written at it since it was started."""
    if step.minutes is None:
        return
    if step.started is None:
        raise NotStarted(step=step.number, minutes=step.minutes)
    if step.left(at) and not may_be_early(step, deviations, plan_number):
        raise StillMixing(step=step.number, left=step.left(at))


def may_be_early(step: Step, deviations: Sequence[Deviation], plan_number: int) -> bool:
    """Whether somebody wrote down, since a step's time began, that it went otherwise."""
    if step.started is None:
        return False
    since = [each.happened for each in deviations if each.at >= step.started.at]
    return any((each.plan_number, each.step) == (plan_number, step.number) for each in since)
