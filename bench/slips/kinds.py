"""Every kind of slip, each drawn by chance on one order: in a form that is filled in, or at a weighing of its batches.

Kinds are drawn alike often, and in a kind its fields alike often, where they apply. A kind that an order has no field
for is None there.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Protocol

from bench.slips.jars import BASE, DIHYDRATE, DRUGS
from bench.slips.keys import KEYS, Slipping, times_ten
from bench.slips.orders import Order
from bench.slips.reckoning import HYDROCHLORIDE, diluted, filled, mass, planned, powder, readings
from bench.slips.slip import ANOTHER_TRITURATION, POWERS, Act, Mixture, Slip, Step, by_papers, on_paper, weighed

Draw = Callable[["Order", "Targets", random.Random], Slip | None]
TYPED = (
    "drug.assay",
    "drug.water",
    "drug.loss_on_drying",
    "drug.residual_solvent",
    "drug.pack_statistics",
    "drug.tablet_strength",
    "drug.weights",
    "drug-capsules.filled_weights",
    "drug-capsules.mean_empty_shell",
    "filler.pack_statistics",
    "filler-capsules.filled_weights",
    "filler-capsules.mean_empty_shell",
)
NEIGHBOURS = (
    ("drug.quantity", "drug.assay"),
    ("drug.assay", "drug.loss_on_drying"),
    ("drug.water", "drug.loss_on_drying"),
    ("drug.water", "drug.residual_solvent"),
    ("drug.quantity", "drug.tablet_strength"),
    ("drug.tablet_strength", "drug.weights"),
    ("drug.pack_statistics", "filler.pack_statistics"),
    ("drug-capsules.filled_weights", "filler-capsules.filled_weights"),
    ("filler-capsules.filled_weights", "filler-capsules.mean_empty_shell"),
    ("order.strengths-0-strength", "order.strengths-0-capsules"),
    ("order.strengths-0-strength", "order.strengths-1-capsules"),
)
VESSELS = {Step.DRUG: "500 mg", Step.START: "500 mg", Step.FILLER: "7500 mg", Step.DILUENT: "1250 mg"}
"""Weighing paper of 10 by 10 cm and 50 g/m²; a small beaker; a weighing boat."""
COARSE, COARSE_STEP = "B2", Fraction(10)
WIDELY = Fraction(82, 100)


class Targets(Protocol):
    """What the plan of an order's row asks to weigh, step by step, as a balance shows it; 1 part in so many `parts`."""

    def readings(self, order: Order, row: int) -> Mapping[Step, str]: ...

    def parts(self, order: Order, row: int) -> int: ...


def keyed(kind: str, slip: Slipping) -> Draw:
    """A slip of the keys in any figure from which a dose comes: of a form, or of what is weighed."""

    def draw(order: Order, targets: Targets, chance: random.Random) -> Slip | None:
        row = chance.randrange(len(order.strengths))
        to_weigh = targets.readings(order, row)
        fields = [name for name in TYPED if order.texts.get(name)]
        rows = [f"order.strengths-{row}-strength", f"order.strengths-{row}-capsules"]
        where = chance.choice([*fields, *rows, *to_weigh])
        meant = to_weigh[where] if isinstance(where, Step) else order.texts[where]
        typed = slip(meant, chance)
        if typed == meant:
            return None
        if isinstance(where, Step):
            return misread(kind, order, targets, row, where, typed)
        return on_paper(kind, order, {where: typed})

    return draw


def misread(kind: str, order: Order, targets: Targets, row: int, step: Step, typed: str) -> Slip:
    """The worksheet's figure is read so, weighed so, and typed so twice."""
    meant = targets.readings(order, row)[step]
    ways = [mass(read) / mass(meant) for read in readings(typed)]
    mixture, wanted = Mixture(order, row, targets.parts(order, row)), order.prescribed[row]
    found = max((mixture.after({step: way}) for way in ways), key=lambda each: abs(each.content / wanted - 1))
    act, told = Act(step=step, reading=typed, again=typed), f"{meant!r} became {typed!r}"
    is_power = any(way in POWERS for way in ways)
    return weighed(kind, order, row, act, told, found, is_power=is_power)


def salt_for_base(order: Order, targets: Targets, chance: random.Random) -> Slip | None:
    """The lot is received as another form of the drug, or its assay as expressed as another."""
    forms = (HYDROCHLORIDE, BASE, DIHYDRATE)
    name = chance.choice(("drug.substance", "drug.assay_expressed_as"))
    now = order.texts.get(name) or order.texts["drug.substance"]
    typed = chance.choice([form for form in forms if form != now])
    return on_paper("salt for base", order, {name: typed})


def assay_for_water(order: Order, targets: Targets, chance: random.Random) -> Slip | None:
    """Both figures change places, or one is typed into both fields."""
    name = next((name for name in ("drug.water", "drug.loss_on_drying") if order.texts.get(name)), None)
    if name is None or "drug.assay" not in order.texts:
        return None
    assay, moisture = order.texts["drug.assay"], order.texts[name]
    changed = chance.choice(
        ({"drug.assay": moisture, name: assay}, {name: assay}, {"drug.assay": moisture}),
    )
    return on_paper("assay for water", order, changed)


def percent_for_fraction(order: Order, targets: Targets, chance: random.Random) -> Slip | None:
    """99.2 % is typed as 0.992."""
    names = ("drug.assay", "drug.water", "drug.loss_on_drying", "drug.residual_solvent")
    name = chance.choice([name for name in names if order.texts.get(name)] or [""])
    return on_paper("percent for fraction", order, {name: times_ten(order.texts[name], -2)}) if name else None


def wrong_lot(order: Order, targets: Targets, chance: random.Random) -> Slip | None:
    """Another lot's jar in the hand than the plan goes by: taken from the shelf so, or chosen so in the order."""
    other = chance.choice([number for number in DRUGS if number != order.drug])
    return another_jar("wrong lot", order, targets, chance, other)


def tablet_for_powder(order: Order, targets: Targets, chance: random.Random) -> Slip | None:
    """Crushed tablets in place of powder, or powder in place of tablets; or received as what they are not."""
    is_powder = order.texts["drug.kind"] == "powder"
    if chance.random() < 1 / 3:
        return on_paper("tablet for powder", order, {"drug.kind": "tablets" if is_powder else "powder"})
    others = [number for number, jar in DRUGS.items() if (jar.received["kind"] == "powder") != is_powder]
    return another_jar("tablet for powder", order, targets, chance, chance.choice(others))


def another_jar(kind: str, order: Order, targets: Targets, chance: random.Random, other: str) -> Slip | None:
    """The jar in the hand is not the one that the plan goes by."""
    row = chance.randrange(len(order.strengths))
    step = Step.START if targets.parts(order, row) > 1 else Step.DRUG
    theirs = powder(DRUGS[other].texts("drug"))
    if chance.random() < 1 / 2 and step is Step.DRUG:
        of_drug, of_filler = planned(order.prescribed[row], theirs, order.true_filler)
        found = filled(order.true_drug, of_drug, order.true_filler, of_filler)
        chosen = {"order.active_lot": other}
        act, told = Act(step=step, jar=order.drug), f"{order.drug} in the hand, {other} chosen in the order"
        slip = weighed(kind, order, row, act, told, found)
        return Slip(kind, slip.where, told, order, slip.effect, {**order.texts, **chosen}, act, row)
    mixture = Mixture(order, row)
    found = mixture.after({}, lambda _: theirs)
    act, told = Act(step=step, jar=other), f"the jar of {other} instead of {order.drug}"
    return weighed(kind, order, row, act, told, found)


def wrong_row(order: Order, targets: Targets, chance: random.Random) -> Slip | None:
    """Another row's mass is weighed; its number of capsules is typed; or another usual strength is ordered."""
    rows = range(len(order.strengths))
    row = chance.choice(rows)
    others = [each for each in rows if each != row]
    if not others:
        return None
    other = chance.choice(others)
    name, count = f"order.strengths-{row}-strength", f"order.strengths-{row}-capsules"
    match chance.choice(("weighed", "counted", "ordered")):
        case "weighed":
            step = chance.choice(
                [each for each in targets.readings(order, row) if each in targets.readings(order, other)]
            )
            return misread("wrong strength row", order, targets, row, step, targets.readings(order, other)[step])
        case "counted":
            theirs = f"order.strengths-{other}-capsules"
            changed = {count: order.texts[theirs], theirs: order.texts[count]}
            return on_paper("wrong strength row", order, changed)
        case _:
            usual = [f"{half / 2:g} mg" for half in range(1, 10) if f"{half / 2:g} mg" not in order.strengths]
            return on_paper("wrong strength row", order, {name: chance.choice(usual)})


def wrong_balance(order: Order, targets: Targets, chance: random.Random) -> Slip | None:
    """The drug on the coarse balance: off by as much as two times its uncertainty, and read in its steps."""
    row = chance.randrange(len(order.strengths))
    to_weigh = targets.readings(order, row)
    step = chance.choice([each for each in (Step.DRUG, Step.START) if each in to_weigh])
    meant = mass(to_weigh[step])
    times = (meant + 2 * COARSE_STEP * WIDELY / 2) / meant
    shown = f"{float(round(meant / COARSE_STEP) * COARSE_STEP / 1000):.2f} g"
    found = Mixture(order, row, targets.parts(order, row)).after({step: times})
    act = Act(step=step, balance=COARSE, reading=shown, again=shown)
    return weighed("wrong balance", order, row, act, f"{to_weigh[step]} on {COARSE}, which shows {shown}", found)


def ten_for_hundred(order: Order, targets: Targets, chance: random.Random) -> Slip | None:
    """A trituration ten times too strong or too weak: mixed so, its ratio typed so, or taken from another's jar."""
    row = chance.randrange(len(order.strengths))
    parts = targets.parts(order, row)
    if parts == 1:
        return None
    kind, to_weigh = "1:10 for 1:100", targets.readings(order, row)
    other = chance.choice([parts * 10, max(parts // 10, 2)])
    match chance.choice(("mixed", "typed", "taken")):
        case "mixed":
            times = Fraction(other - 1, parts - 1)
            typed = f"{float(mass(to_weigh[Step.DILUENT]) * times):.1f} mg"
            return misread(kind, order, targets, row, Step.DILUENT, typed)
        case "typed":
            return on_paper(kind, order, {"order.ratios": f"1:{other}"})
        case _:
            jar = diluted(order.true_drug, order.true_filler, Fraction(1, other))
            found = Mixture(order, row, parts).after({}, lambda _: jar)
            act = Act(step=Step.DRUG, jar=ANOTHER_TRITURATION)
            return weighed(kind, order, row, act, f"the jar of a 1:{other} instead of the 1:{parts}", found)


def stale_result(order: Order, targets: Targets, chance: random.Random) -> Slip | None:
    """The strength is changed and stored by the result of before; or the page of a weighing is sent once more."""
    row = chance.randrange(len(order.strengths))
    if chance.random() < 1 / 2 and targets.parts(order, row) == 1:
        found = Mixture(order, row).after({Step.DRUG: Fraction(2)})
        told = "weighed again by the page of before"
        return weighed("a stale result", order, row, Act(step=Step.DRUG, is_stale=True), told, found)
    name = f"order.strengths-{row}-strength"
    others = [f"{half / 2:g} mg" for half in range(1, 10) if f"{half / 2:g} mg" not in order.strengths]
    before = {**order.texts, name: chance.choice(others)}
    effect = tuple(by_papers(order, before, each) if each == row else None for each in range(len(order.strengths)))
    told = f"stored by the result for {before[name]}"
    return Slip("a stale result", "order: result", told, order, effect, texts=order.texts, acted_on=before)


def gross_for_net(order: Order, targets: Targets, chance: random.Random) -> Slip | None:
    """The vessel counts: the gross figure is typed; the vessel was not tared, which is read of it empty, and the powder
    is so much short; or that figure comes from the balance itself."""
    row = chance.randrange(len(order.strengths))
    to_weigh = targets.readings(order, row)
    step = chance.choice(list(to_weigh))
    meant, vessel = mass(to_weigh[step]), mass(VESSELS[step])
    way = chance.choice(("typed", "not tared", "sent"))
    if way != "typed" and meant <= vessel:
        return None
    times = Fraction(1) if way == "typed" else (meant - vessel) / meant
    found = Mixture(order, row, targets.parts(order, row)).after({step: times})
    typed = f"{float(meant + vessel):.1f} mg" if way == "typed" else to_weigh[step]
    line = f"G#    +{float(meant):>9.1f} mg " if way == "sent" else ""
    empty = f"{float(vessel):.1f} mg" if way == "not tared" else "0.0 mg"
    act = Act(step=step, reading=typed, again=typed, tared=empty, line=line)
    return weighed("gross for net", order, row, act, f"{way}: {to_weigh[step]}, vessel {VESSELS[step]}", found)


def neighbours_field(order: Order, targets: Targets, chance: random.Random) -> Slip | None:
    """Two neighbouring fields have each other's text."""
    pairs = [pair for pair in NEIGHBOURS if any(order.texts.get(name) for name in pair)]
    one, other = chance.choice([pair for pair in pairs if all(name in order.texts for name in pair[:1])])
    changed = {one: order.texts.get(other, ""), other: order.texts.get(one, "")}
    return on_paper("the neighbour's field", order, changed, f"{one} and its neighbour".replace(".", ": "))


def _kinds() -> Iterator[tuple[str, Draw]]:
    for kind, slip in KEYS.items():
        yield kind, keyed(kind, slip)
    yield "salt for base", salt_for_base
    yield "assay for water", assay_for_water
    yield "percent for fraction", percent_for_fraction
    yield "wrong lot", wrong_lot
    yield "wrong strength row", wrong_row
    yield "wrong balance", wrong_balance
    yield "tablet for powder", tablet_for_powder
    yield "1:10 for 1:100", ten_for_hundred
    yield "a stale result", stale_result
    yield "gross for net", gross_for_net
    yield "the neighbour's field", neighbours_field


KINDS: Mapping[str, Draw] = dict(_kinds())
