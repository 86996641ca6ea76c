"""The finished capsules: ten are weighed, all are counted, and the formulation's rules say what they come to."""

import random

from werkzeug.datastructures import MultiDict

from bench.pharmacy import BALANCE, DAY
from bench.slips.jars import SHELL
from bench.slips.papers import KEY, Answer, Met, Refused, read, strongest
from bench.slips.reckoning import Filled
from compounder.domain.errors import CompoundingError
from compounder.domain.quality.inspection import named_rules
from compounder.domain.quality.verdict import verdict_on
from compounder.domain.quality.yields import reconciled
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.site import SiteSettings
from compounder.domain.units import MASS, in_unit, mg, of, quantity_text
from compounder.services.finishing import inspected_of
from compounder.web.finishing_forms import CountForm, WeighForm

STEP = "weighing and counting capsules"
WEIGHED = 10
SPREAD, LOST, TAMPED = 0.012, 0.008, 0.02
"""Of hand-filled capsules about their mean; of the powder that stays in the mortar; and how much more than level a
capsule takes that is tamped: usual figures, and assumed."""


def at_the_capsules(record: CompoundingRecord, found: Filled, site: SiteSettings, chance: random.Random) -> Answer:
    """What the capsules of a batch meet that were filled so, weighed and counted as they are."""
    planned = sum((in_unit(each.to_weigh, MASS) for each in record.plan.weighings), start=of(0, mg))
    to_make, net = record.plan.capsules_to_make, float(found.net)
    powder = to_make * float(found.share) * net * (1 - LOST)
    made = min(to_make, max(1, round(powder / net)))
    each = min(powder / made, net * (1 + TAMPED))
    left = min(max(powder - made * each, 0), float(planned.magnitude))
    weights = (each * (1 + chance.gauss(0, SPREAD)) + float(SHELL) for _ in range(WEIGHED))
    weighed = {
        "filled": " ".join(f"{each:.1f}" for each in weights),
        "mean_empty_shell": f"{SHELL} mg",
        "balance": BALANCE.name,
        "key": KEY,
    }
    masses = {"powder_weighed": quantity_text(planned, MASS), "powder_left": f"{left:.1f} mg"}
    counted = {"made": f"{made}", "good": f"{made}", **masses, "key": KEY}
    try:
        return _inspected(record, site, WeighForm(formdata=MultiDict(weighed)), CountForm(formdata=MultiDict(counted)))
    except Refused as refused:
        return refused.answer
    except CompoundingError as refusal:
        return Answer(Met.REFUSED, str(refusal), STEP)


def _inspected(record: CompoundingRecord, site: SiteSettings, weighed: WeighForm, counted: CountForm) -> Answer:
    """The verdict of the forms' services on both."""
    weighed.offer(record, site, DAY)
    for form in (weighed, counted):
        form.settle(is_again=False)
        read(form, STEP)
    weights, count = weighed.weights(), counted.count()
    found = verdict_on(inspected_of(record, weights), record.plan.strength, named_rules(()), reconciled(count, weights))
    return strongest(list(found.findings), STEP)
