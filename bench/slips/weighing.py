"""One person at the bench: a trituration's jars and weights; the jar's scan, the balance, the reading twice."""

from dataclasses import replace
from secrets import token_urlsafe

from werkzeug.datastructures import MultiDict

from bench.pharmacy import DAY, NOW, SITE
from bench.slips.papers import KEY, PASSED, Answer, Met, Refused, read, work_out
from bench.slips.shop import Shop, making, prepared, undone, written
from bench.slips.slip import ANOTHER_TRITURATION, Act, Slip, Step
from compounder.database.engine import Connection
from compounder.domain.errors import CompoundingError
from compounder.domain.record.trituration_record import WeightsTaken
from compounder.instruments import sbi
from compounder.services.bench import bench_of, jar_of
from compounder.services.example_people import PHARMACIST as WEIGHER
from compounder.services.making import make_from_jars
from compounder.services.weighing import Weighing, weigh
from compounder.web.bench import WeighingForm
from compounder.web.triturations import MakeForm

FIELDS = {Step.START: "started_with", Step.DILUENT: "diluent"}


def at_the_bench(shop: Shop, slip: Slip, act: Act) -> Answer:
    """What the weighing met."""
    try:
        if act.line:
            sbi.parse(act.line)
        if act.step in FIELDS:
            return _mixed(shop, slip, act)
        made, jar = () if slip.texts else shop.made(slip.order), _jar(shop, act)
        with undone(shop.database) as writing:
            numbers = made or _chosen_otherwise(shop, slip, writing)
            _weighed(numbers[slip.row], replace(act, jar=jar), writing)
    except Refused as refused:
        return refused.answer
    except CompoundingError as refusal:
        return Answer(Met.REFUSED, str(refusal), f"weighing: {act.step}")
    return PASSED


def _chosen_otherwise(shop: Shop, slip: Slip, writing: Connection) -> tuple[str, ...]:
    """The batches of the order with the lot that the slip chose."""
    return prepared(writing, work_out(slip.texts, slip.order, shop.shelf))


def _weighed(number: str, act: Act, writing: Connection) -> None:
    """The weighings before it as planned, and then this one; by the page of before, the last of them once more."""
    before = [Act(step=Step.DRUG)] if act.step is Step.FILLER or act.is_stale else []
    for line, each in enumerate((*before, act)):
        _weigh(number, each, writing, 0 if each.is_stale else line)


def _weigh(number: str, act: Act, writing: Connection, line: int) -> None:
    """One weighing by its form; what the act does not say is as planned."""
    bench = bench_of(writing, SITE, number)
    planned = bench.making.weighings[line]
    reading = act.reading or written(planned)
    typed = {
        "lot": act.jar or jar_of(writing, bench.record, planned).lot.lot_number,
        "balance": act.balance or planned.balance,
        "tared": act.tared,
        "reading": reading,
        "again": act.again or reading,
        "step": f"{bench.record.plan_number}-{line}",
        "key": token_urlsafe(16),
    }
    form = WeighingForm(formdata=MultiDict(typed))
    read(form, f"weighing: {act.step}")
    weigh(writing, _as_typed(form, number))


def _as_typed(form: WeighingForm, number: str) -> Weighing:
    """The weighing that the form says."""
    plan_number, line = form.plan_and_line
    return Weighing(
        site=SITE,
        lot_number=number,
        plan_number=plan_number,
        line=line,
        lot=form.lot.value,
        balance=form.balance.data or "",
        tared=form.tared.value,
        reading=form.reading.value,
        again=form.again.value,
        one_time_key=form.key.data,
        person=WEIGHER,
        at=NOW,
    )


def _jar(shop: Shop, act: Act) -> str:
    """The number on the jar in the hand; empty for the planned one's."""
    return shop.another_trituration if act.jar == ANOTHER_TRITURATION else act.jar


def _mixed(shop: Shop, slip: Slip, act: Act) -> Answer:
    """A trituration said to be made of these weights, from these jars."""
    number = shop.planned(slip.order)[shop.place_of_trituration(slip.order, slip.row)]
    to_weigh = shop.readings(slip.order, slip.row)
    typed = {"started_with": to_weigh[Step.START], "diluent": to_weigh[Step.DILUENT]}
    typed[FIELDS[act.step]] = act.reading or to_weigh[act.step]
    jars = {"start_lot": act.jar or slip.order.drug, "diluent_lot": slip.order.filler}
    planned = shop.balances(slip.order, slip.row)
    on = {f"{field}_balance": planned[step] for step, field in FIELDS.items()}
    on[f"{FIELDS[act.step]}_balance"] = act.balance or planned[act.step]
    tared = {f"{field}_tared": Act(step).tared for step, field in FIELDS.items()}
    tared[f"{FIELDS[act.step]}_tared"] = act.tared
    form = MakeForm(formdata=MultiDict({**jars, **typed, **on, **tared, "made_on": DAY.isoformat(), "key": KEY}))
    read(form, f"weighing: {act.step}")
    weights = WeightsTaken(
        started_with=form.started_with.value,
        diluent=form.diluent.value,
        started_with_balance=form.started_with_balance.data or "",
        diluent_balance=form.diluent_balance.data or "",
        started_with_tared=form.started_with_tared.value,
        diluent_tared=form.diluent_tared.value,
    )
    with undone(shop.database) as writing:
        make_from_jars(writing, making(number, weights), form.jars)
    return PASSED
