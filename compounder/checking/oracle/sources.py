"""What the drug is taken from, in fractions: tablets, a trituration in stock, and those made of the ratios given."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil

from compounder.checking.oracle.orders import HYDROCHLORIDE, MOLAR, POWDERS, Document, mass
from compounder.checking.oracle.weighings import Weighed, uncertainty, weighed, weighing_findings

CLOSE = Fraction(1, 10**12)


@dataclass(frozen=True)
class Supply:
    """What a batch draws on: its mass for one of drug powder, and the squares of the shares of its weighings."""

    name: str | None = None
    dilution: Fraction = Fraction(1)
    squares: Fraction = Fraction(0)
    findings: Counter[str] = field(default_factory=Counter)


PURE = Supply()


def tablets_of(order: Document) -> Document | None:
    """The tablets that the drug comes from."""
    source = order.get("source") or {}
    return source if "tablet_strength" in source else None


def potency_of_tablets(order: Document) -> Fraction:
    """By the label, stated as the hydrochloride."""
    tablets = order["source"]
    stated = mass(tablets["tablet_strength"]) / mass(tablets["mean_tablet_mass"])
    return stated * MOLAR[order["strength_basis"]] / MOLAR[HYDROCHLORIDE]


def tablets_to_crush(order: Document, powder: Fraction) -> int | None:
    """Whole tablets."""
    tablets = tablets_of(order)
    return ceil(powder / mass(tablets["mean_tablet_mass"])) if tablets else None


def as_packed(order: Document) -> Document:
    """Crushed tablets fill a capsule by their own statistic."""
    tablets = tablets_of(order)
    if not tablets:
        return order
    active = {key: value for key, value in order["active"].items() if key not in ("pack_statistics", "density")}
    return {**order, "active": active | {"pack_statistics": tablets.get("pack_statistics")}}


def actives(order: Document) -> list[Document]:
    """Every powder that gives drug."""
    following = order.get("next_active")
    return [order["active"], *([following["powder"]] if following else [])]


def dated(order: Document) -> list[Document]:
    """Everything whose expiry counts."""
    source = order.get("source") or {}
    return [order[POWDERS[1]], *actives(order), *([source] if "active_fraction" in source else [])]


def stock_of(order: Document) -> Supply:
    """What the order starts from: pure powder, tablets, or a trituration in stock."""
    source = order.get("source") or {}
    if "active_fraction" not in source:
        return PURE
    squares = sum(((Fraction(each["percent"]) / 100) ** 2 for each in source.get("budget", ())), Fraction(0))
    return Supply(source["name"], 1 / Fraction(source["active_fraction"]), squares)


def supplies_of(order: Document, made: Sequence[Document]) -> dict[str | None, Supply]:
    """Every supply by its name, the order's own under none: the ratio and the first mass of each trituration given."""
    found: dict[str | None, Supply] = {None: stock_of(order)}
    found[found[None].name] = found[None]
    for each in made:
        before = found[each["made_from"]]
        first, diluent = both = weighings_of(order, each)
        total, parts = first.exact + diluent.exact, parts_of(each)
        shares = (1 - Fraction(1, parts)) * uncertainty(order, first) / first.exact, uncertainty(order, diluent) / total
        seen = Counter(code for weighing in both for code in weighing_findings(order, weighing))
        squares = before.squares + sum(share**2 for share in shares)
        found[each["name"]] = Supply(each["name"], before.dilution * parts, squares, before.findings + seen)
    return found


def parts_of(made: Document) -> int:
    """1:10 is one part in ten parts total."""
    return int(made["ratio"].split(":")[1])


def weighings_of(order: Document, made: Document) -> tuple[Weighed, Weighed]:
    """The drug or aliquot whose mass is given, and the diluent that makes it so many parts."""
    start = mass(made["weighings"][0]["exact"])
    return weighed(order, start), weighed(order, start * (parts_of(made) - 1))


def differences(order: Document, made: Sequence[Document]) -> Iterator[str]:
    """Where the triturations of an answer are not what their ratios and first masses make them."""
    supplies = supplies_of(order, made)
    for each in made:
        for ours, theirs in zip(each["weighings"], weighings_of(order, each), strict=True):
            if not _is_read_so(order, ours, theirs):
                yield f"{each['name']}: {ours} {theirs}"
        if abs(mass(each["total"]) / mass(each["weighings"][0]["exact"]) / parts_of(each) - 1) > CLOSE:
            yield f"{each['name']}: total {each['total']}"
        if abs(Fraction(each["active_fraction"]) * supplies[each["name"]].dilution - 1) > CLOSE:
            yield f"{each['name']}: active fraction {each['active_fraction']}"


def _is_read_so(order: Document, ours: Document, theirs: Weighed) -> bool:
    """The same balance, and what it shows of the mass: of a tie either, for the first mass is printed to 15 digits."""
    shown = {weighed(order, theirs.exact * (1 + off)).to_weigh for off in (-CLOSE, CLOSE)}
    return ours["balance"] == theirs.balance and mass(ours["to_weigh"]) in shown
