"""Orders without a slip, from lots as they come: whatever a right order meets beyond a note is a false alarm.

Certificates and packing vary as lots do: assay within the monograph, water as the maker's range has it, pack statistics
by a twentieth, weights of capsules and tablets by a hundredth. Lots outlast the policy's beyond-use date.
"""

import random
from dataclasses import replace

from bench.slips.capsules import at_the_capsules
from bench.slips.orders import ORDERS, Order
from bench.slips.papers import Answer, Met, Refused, answer_of, work_out
from bench.slips.reckoning import Texts, figure
from bench.slips.second import is_found, records_of
from bench.slips.shop import Shop
from bench.slips.slip import by_papers
from compounder.domain.batch.plan import BatchPlan

ASSAY, ASSAY_SPREAD, ASSAY_MOST_OFF = 99.6, 0.6, 1.4
WATER = {"naltrexone hydrochloride dihydrate": (8.2, 9.3)}
USUAL_WATER = (0.1, 2.4)
PACKING, WEIGHTS = 0.05, 0.01


def a_right_order(chance: random.Random) -> Order:
    """One of the orders, of lots that nobody has seen before."""
    order = chance.choice(ORDERS)
    fresh = replace(order)
    fresh.__dict__["texts"] = varied(order.texts, chance)
    return fresh


def varied(texts: Texts, chance: random.Random) -> Texts:
    """The same order with other certificates and other capsules weighed."""
    drug = dict(texts)
    if "drug.assay" in texts:
        drug["drug.assay"] = _assay(texts, chance)
    for name in ("drug.water", "drug.loss_on_drying"):
        if texts.get(name):
            drug[name] = f"{chance.uniform(*WATER.get(texts['drug.substance'], USUAL_WATER)):.2f}"
    for name in ("drug.pack_statistics", "filler.pack_statistics"):
        if texts.get(name):
            packs = float(figure(texts[name].partition(":")[2]))
            drug[name] = f"3: {packs * (1 + _within(chance, PACKING)):.1f} mg"
    for name in ("drug-capsules.filled_weights", "filler-capsules.filled_weights", "drug.weights"):
        if texts.get(name):
            weights = (float(each) * (1 + _within(chance, WEIGHTS)) for each in texts[name].split())
            drug[name] = " ".join(f"{each:.1f}" for each in weights)
    return drug


def _assay(texts: Texts, chance: random.Random) -> str:
    off = max(-ASSAY_MOST_OFF, min(ASSAY_MOST_OFF, chance.gauss(0, ASSAY_SPREAD)))
    assay = ASSAY + off
    if texts["drug.assay_basis"] == "as-is":
        assay *= 1 - chance.uniform(*USUAL_WATER) / 100
    return f"{assay:.1f}"


def _within(chance: random.Random, spread: float) -> float:
    """A usual deviation, never more than twice the spread."""
    return max(-2 * spread, min(2 * spread, chance.gauss(0, spread)))


def false_alarm(shop: Shop, order: Order, chance: random.Random) -> Answer:
    """The strongest answer to any row of a right order: at its forms, its review, its capsules; and of the blind entry
    of somebody who enters what stands on the papers."""
    try:
        found = work_out(order.texts, order, shop.shelf)
    except Refused as refused:
        return refused.answer
    met = [answer_of(outcome) for outcome in found.shown.outcomes]
    if all(isinstance(outcome, BatchPlan) for outcome in found.shown.outcomes):
        records = records_of(found)
        for row, record in enumerate(records):
            met.append(at_the_capsules(record, by_papers(order, order.texts, row), found.facts.settings, chance))
            met += [Answer(Met.REFUSED, "differs", "second entry")] if is_found(record, record) else []
    return max(met, key=lambda answer: answer.met)
