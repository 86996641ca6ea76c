"""A trace as a tree: from a lot down to bottles, folded where there is too much, and back up to the suppliers' lots."""

from collections.abc import Sequence
from datetime import date

from compounder.domain.care.trace import (
    Branch,
    Folded,
    OriginKind,
    Reached,
    Totals,
    TracedBatch,
    TracedBottle,
    TracedLot,
    TracedTrituration,
    grown,
)
from compounder.domain.care.trace_back import Held, Sources

DAY = date(2026, 11, 21)
Outline = list[tuple[str, "Outline"]]


def a_lot(name: str) -> TracedLot:
    """A supplier's lot."""
    return TracedLot(lot_id=name, substance="", maker="", lot_number=name, expires_on=DAY, status="in-use")


def a_trituration(number: int, made_from: int | None = None) -> TracedTrituration:
    """The trituration T1, T2 …"""
    return TracedTrituration(
        trituration_id=number,
        lot_number=f"T{number}",
        ratio="1:10",
        status="made",
        compounded_on=DAY,
        made_from=made_from,
        lot_id=None,
    )


def a_batch(number: int) -> TracedBatch:
    """The batch B1, B2 …"""
    return TracedBatch(
        batch_id=number,
        lot_number=f"B{number}",
        strength="0.5 mg",
        capsules=100,
        compounded_on=DAY,
        beyond_use_date=DAY,
        status="released",
        on_shelf=None,
    )


def a_bottle(number: int) -> TracedBottle:
    """A bottle of batch B1."""
    return TracedBottle(
        bottle_id=number,
        number=f"#{number}",
        batch_id=1,
        lot_number=f"#{number}",
        preparation="",
        strength="0.5 mg",
        capsules=30,
        returned=0,
        dispensed_on=DAY,
        prescription="RX1",
        patient="23456789ABCD",
        patient_id=1,
    )


def totals(triturations: int = 0, batches: int = 0) -> Totals:
    return Totals(triturations=triturations, batches=batches, bottles=0, patients=0, on_shelf=0, out=0, back=0)


def outline(branches: Sequence[Branch | Folded]) -> Outline:
    """Names, each with what stands below it."""
    return [
        (f"{each.count} {each.what}", [])
        if isinstance(each, Folded)
        else (each.fact.lot_number, outline(each.branches))
        for each in branches
    ]


def test_batches_stand_below_the_last_trituration_that_they_draw_on() -> None:
    """T2 was made from T1; B1 draws on both, B2 on T1 alone, B3 on none, and T3 is in no batch yet."""
    reached = Reached(
        triturations=[a_trituration(1), a_trituration(2, made_from=1), a_trituration(3, made_from=99)],
        batches=[a_batch(1), a_batch(2), a_batch(3)],
        through={1: {1, 2}, 2: {1}},
    )
    assert outline(grown(reached, totals(3, 3))) == [
        ("T1", [("T2", [("B1", [])]), ("B2", [])]),
        ("T3", []),
        ("B3", []),
    ]


def test_a_trituration_whose_start_is_not_drawn_stands_at_the_beginning() -> None:
    reached = Reached(triturations=[a_trituration(2, made_from=1)], batches=[a_batch(1)], through={1: {2}})
    assert outline(grown(reached, totals(1, 1))) == [("T2", [("B1", [])])]


def test_eight_batches_are_drawn_and_the_others_counted() -> None:
    reached = Reached(batches=[a_batch(number) for number in range(1, 10)])
    drawn: Outline = [(f"B{number}", []) for number in range(1, 9)]
    assert outline(grown(reached, totals(0, 20))) == [*drawn, ("12 batches", [])]
    assert outline(grown(reached, totals(0, 8))) == drawn


def test_six_triturations_are_drawn_those_of_the_batches_first() -> None:
    reached = Reached(
        triturations=[a_trituration(number) for number in range(1, 9)], batches=[a_batch(1)], through={1: {7, 8}}
    )
    drawn: Outline = [("T7", []), ("T8", [("B1", [])]), *((f"T{number}", []) for number in range(1, 5))]
    found = outline(grown(reached, totals(9, 1)))
    assert sorted(name for name, _ in found) == ["3 triturations", "T1", "T2", "T3", "T4", "T7", "T8"]
    assert [name for name, _ in found][:6] == [name for name, _ in drawn]


def test_every_trituration_of_a_batch_is_drawn_even_beyond_six() -> None:
    chain = [a_trituration(1), *(a_trituration(number, made_from=number - 1) for number in range(2, 8))]
    spare = a_trituration(9)
    reached = Reached(triturations=[*chain, spare], batches=[a_batch(1)], through={1: set(range(1, 8))})
    found = outline(grown(reached, totals(8, 1)))
    names = []
    (first, below), folded = found
    while below:
        names.append(first)
        ((first, below),) = below
    assert [*names, first] == [*(f"T{number}" for number in range(1, 8)), "B1"]
    assert folded == ("1 triturations", [])


def test_three_bottles_of_a_batch_are_drawn_and_the_others_counted() -> None:
    bottles = [a_bottle(number) for number in range(1, 5)]
    reached = Reached(batches=[a_batch(1), a_batch(2)], bottles={1: bottles, 2: bottles[:1]}, filled={1: 7, 2: 1})
    assert outline(grown(reached, totals(0, 2))) == [
        ("B1", [("#1", []), ("#2", []), ("#3", []), ("4 bottles", [])]),
        ("B2", [("#1", [])]),
    ]


def held(name: str, *, is_weighed_in: bool = True) -> Held:
    return Held(lot=a_lot(name), is_weighed_in=is_weighed_in)


CELLULOSE, NALTREXONE, SILICA = held("cellulose"), held("naltrexone"), held("silica", is_weighed_in=False)
THROUGH = held("naltrexone", is_weighed_in=False)
CHAIN = Sources(
    held={
        (OriginKind.TRITURATION, 1): [NALTREXONE, CELLULOSE],
        (OriginKind.TRITURATION, 2): [THROUGH, CELLULOSE],
        (OriginKind.BATCH, 1): [
            held("naltrexone", is_weighed_in=False),
            CELLULOSE,
            held("silica", is_weighed_in=False),
        ],
    },
    triturations={1: a_trituration(1), 2: a_trituration(2, made_from=1)},
    drawn_on={
        (OriginKind.TRITURATION, 2): [1],
        (OriginKind.BATCH, 1): [1, 2, 99],
    },
)
"""B1 of T2, which was made from T1; naltrexone went into T1 alone, cellulose was weighed into each."""


def test_a_batch_leads_back_through_its_triturations_to_the_suppliers_lots() -> None:
    """Silica is said to have come through a trituration, and none of those shown has it: it is not lost."""
    assert outline([CHAIN.of_batch(a_batch(1))]) == [
        (
            "B1",
            [
                ("T2", [("T1", [("naltrexone", []), ("cellulose", [])]), ("cellulose", [])]),
                ("cellulose", []),
                ("silica", []),
            ],
        )
    ]


def test_what_holds_nothing_comes_from_nothing() -> None:
    assert CHAIN.of((OriginKind.BATCH, 2)) == ()
    assert Sources().of((OriginKind.TRITURATION, 1)) == ()


def test_triturations_of_one_batch_stand_in_their_sequence() -> None:
    sources = Sources(
        triturations={number: a_trituration(number) for number in (1, 2, 3)},
        drawn_on={(OriginKind.BATCH, 1): [3, 1, 2]},
    )
    assert outline(sources.of((OriginKind.BATCH, 1))) == [("T1", []), ("T2", []), ("T3", [])]


def test_the_start_of_a_chain_of_three_stands_once() -> None:
    """T3 of T2 of T1; the batch is known to draw on the first and the last of them."""
    sources = Sources(
        triturations={1: a_trituration(1), 2: a_trituration(2, 1), 3: a_trituration(3, 2)},
        drawn_on={
            (OriginKind.BATCH, 1): [1, 3],
            (OriginKind.TRITURATION, 3): [2],
            (OriginKind.TRITURATION, 2): [1],
        },
    )
    assert outline(sources.of((OriginKind.BATCH, 1))) == [("T3", [("T2", [("T1", [])])])]
