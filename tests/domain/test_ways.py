"""Ways of weighing, in bare milligrams: what is drawn and left over, how certain it is, and which chains are tried."""

from decimal import Decimal
from itertools import groupby

import pytest

from compounder.domain.batch.scales import Bench, Scale
from compounder.domain.batch.ways import Aliquots, Making, Need, Search, Way


def electronic(least: str = "20", most: str | None = None, u: str = "0.1", step: str = "0.1") -> Scale:
    capacity = None if most is None else Decimal(most)
    return Scale("B1", step=Decimal(step), least=Decimal(least), most=capacity, uncertainty=Decimal(u))


FINE = Bench((electronic(),))
PRESCRIPTION = Bench((electronic("120", u="3", step="1"),))
TWO = Bench((electronic(most="100"), electronic("100", u="2", step="10")))


def need(drug: str, room: str = "1000", index: int = 0) -> Need:
    return Need(index, Decimal(drug), Decimal(room))


def making(needs: tuple[Need, ...], parts: tuple[int, ...] = (), *starts: str) -> Making:
    return Making(needs, parts, tuple(map(Decimal, starts)))


def search(*ratios: int, target: str = "0.01", excess: str = "0", bench: Bench = FINE) -> Search:
    return Search(bench, ratios, Decimal(excess), Decimal(target))


E2 = making((need("6", "1994"),), (20,), "120")
E3 = making((need("120", "1320"),), (12,), "120")
CHAIN = making((need("10"),), (2, 4), "25", "30")


@pytest.mark.parametrize(
    ("room", "left"),
    [
        ("1994", "1880"),
        ("114", "0"),
        ("114.0000009", "0"),
        ("114.000001", "0.000001"),
        ("113.9999991", "0"),
        ("113.999999", "-0.000001"),
        ("100", "-14"),
    ],
)
def test_diluent_in_the_aliquot_is_filler_already_and_below_a_nanogram_is_nothing(room: str, left: str) -> None:
    """E2: 6 mg through 1:20 is an aliquot of 120 mg, with 114 mg of diluent in it."""
    batch = need("6", room)
    assert (batch.aliquot(20), str(batch.room_left(20))) == (Decimal(120), left)


def test_a_batch_of_more_capsules_takes_as_much_more_of_everything() -> None:
    assert need("6", "1994", index=3).times(Decimal("1.5")) == need("9", "2991", index=3)


@pytest.mark.parametrize(
    ("made", "totals", "taken", "left", "weighings"),
    [
        (E2, [2400], [120], "2280", 4),
        (E3, [1440], [1440], "0", 3),
        (CHAIN, [50, 120], [30, 80], "60", 6),
        (making((need("10"), need("5")), (4,), "20"), [80], [60], "20", 6),
        (making((need("10", "30.5"),), (4,), "20"), [80], [40], "40", 4),
        (making((need("19.1"),), (10,), "19"), [190], [191], "0", 4),
        (making((need("10"), need("5", "0"))), [], [15], "0", 3),
    ],
    ids=["E2", "E3", "a chain", "one stock", "hardly any filler left", "rounded down", "directly"],
)
def test_a_trituration_counts_its_weighings_and_what_is_left_of_each_stage(
    made: Making, totals: list[int], taken: list[int], left: str, weighings: int
) -> None:
    assert made.totals == tuple(totals)
    assert made.taken == tuple(taken)
    assert (str(made.left_over), made.weighings) == (left, weighings)


def test_each_stage_brings_its_drugs_share_and_its_diluents() -> None:
    """E2: (1 − 1/20) × 3 ÷ 120 and 3 ÷ 2,400. The chain: ½ × 0.1 ÷ 25, 0.1 ÷ 50, ¾ × 0.1 ÷ 30 and 0.1 ÷ 120."""
    assert list(E2.shares(PRESCRIPTION)) == [Decimal("0.02375"), Decimal("0.00125")]
    *shares, last = CHAIN.shares(FINE)
    assert shares == [Decimal("0.002"), Decimal("0.002"), Decimal("0.0025")]
    assert round(last, 9) == Decimal("0.000833333")
    assert list(making((need("10"),), (10,), "40").shares(TWO)) == [Decimal("0.00225"), Decimal("0.005")]
    assert list(making((need("45"),)).shares(FINE)) == []


@pytest.mark.parametrize(
    ("rooms", "most"),
    [(["1000"], 101), (["999.9"], 100), (["999.9999991"], 101), (["999.999998"], 100), (["1000", "90"], 10)],
)
def test_no_more_is_diluted_than_every_batch_holds(rooms: list[str], most: int) -> None:
    """10 mg through 1:101 brings 1,000 mg of diluent."""
    assert Aliquots(tuple(need("10", room) for room in rooms), FINE).most_diluted == most


@pytest.mark.parametrize(
    ("batches", "dilution", "drawn"),
    [
        ([("10", "1000")], 4, "40.0"),
        ([("10.01", "1000"), ("15", "1000")], 5, "125.1"),
        ([("4", "1000")], 4, None),
        ([("10", "1000"), ("4", "1000")], 4, None),
        ([("10", "30")], 4, "40.0"),
        ([("10", "49")], 4, None),
        ([("10", "1000"), ("10", "49")], 4, None),
        ([("10", "20")], 4, None),
    ],
)
def test_aliquots_are_drawn_together_where_each_and_the_filler_beside_it_is_weighed(
    batches: list[tuple[str, str]], dilution: int, drawn: str | None
) -> None:
    aliquots = Aliquots(tuple(need(drug, room) for drug, room in batches), FINE)
    for _ in ("found", "remembered"):
        assert aliquots.drawn(dilution) == (drawn and Decimal(drawn))


def test_the_smallest_aliquot_is_the_least_certain() -> None:
    assert Aliquots((need("10"), need("5"), need("20")), FINE).relative(10) == Decimal("0.002")


def expanded(*makings: Making, u: str = "0.4", inherited: tuple[str, ...] = ()) -> str:
    way = Way("", makings, Bench((electronic(u=u),)), tuple(map(Decimal, inherited)))
    return f"{100 * way.uncertainty:.3f}"


@pytest.mark.parametrize(
    ("drug", "directly", "diluted"), [("15", "5.333", "0.720"), ("45", "1.778", "0.515"), ("90", "0.889", "0.491")]
)
def test_e13_dilution_makes_small_masses_certain(drug: str, directly: str, diluted: str) -> None:
    """30 capsules of 0.5, 1.5 and 3 mg, u = 0.4 mg, k = 2: directly, and from 150 mg in 1,500 mg."""
    assert expanded(making((need(drug),))) == directly
    assert expanded(making((need(drug),), (10,), "150")) == diluted


def test_the_least_certain_batch_stands_for_the_way() -> None:
    three = (need("90"), need("15"), need("45"))
    assert expanded(making(three, (10,), "150")) == "0.720"
    assert expanded(making(three[:1]), making(three[1:])) == "5.333"


def test_what_a_trituration_in_stock_brings_counts_too() -> None:
    """0.1 ÷ 10 = 1 %, and 2 % and 2 % of the stock: 3 %, twice."""
    assert expanded(making((need("10"),)), u="0.1", inherited=("0.02", "0.02")) == "6.000"


def test_a_way_is_judged_by_its_makings_together() -> None:
    """Directly 2 × 0.1 ÷ 10 = 2 %."""
    way = Way("", (E2, CHAIN, making((need("10"),))), FINE)
    assert (way.weighings, str(way.left_over)) == (12, "2340")
    direct = Way("", (making((need("10"),)),), FINE)
    assert direct.preference(Decimal("0.02")) == (0, 2, 0, Decimal("0.02"))
    assert direct.preference(Decimal("0.0199")) == (1, Decimal("0.02"), 2, 0)


@pytest.mark.parametrize(
    ("drug", "room", "is_direct"),
    [("20", "1000", True), ("19.9", "1000", False), ("20", "0", True), ("20", "19.9", False), ("20", "20", True)],
)
def test_a_batch_is_weighed_directly_where_its_drug_and_filler_are(drug: str, room: str, is_direct: bool) -> None:
    assert search(4).is_direct(need(drug, room)) is is_direct


def masses(found: Search, *needs: Need) -> list[tuple[tuple[int, ...], list[str]]]:
    """The chains that are tried in turn, and the masses that each one's last stage starts from."""
    tried = [(each.parts, f"{each.starts[-1].normalize():f}") for each in found.makings(needs)]
    return [(parts, [start for _, start in same]) for parts, same in groupby(tried, key=lambda each: each[0])]


ROUND = ["20", "25", "30", "40", "50", "60", "80", "100", "150", "200"]


def test_each_ratio_is_tried_from_the_ten_handiest_masses() -> None:
    assert masses(search(4, 10), need("10")) == [((4,), ROUND), ((10,), ROUND)]
    assert masses(search(4), need("30"))[0][1][0] == "30"


def test_a_ratio_whose_diluent_is_all_the_filler_is_tried_and_none_beyond() -> None:
    """10 mg through 1:4 brings 30 mg of diluent, all that there is room for."""
    assert masses(search(4, 5), need("10", "30")) == [((4,), ROUND)]


def test_a_trituration_is_as_much_as_is_drawn_and_the_excess() -> None:
    """An aliquot of 120 mg and half as much again is 180 mg: 45 mg through 1:4."""
    assert masses(search(4, excess="0.5"), need("30"))[0][1][:3] == ["45", "50", "60"]


def test_more_stages_are_tried_only_while_fewer_miss_the_target_and_only_where_they_may_do_better() -> None:
    """From 200 mg through 1:10 a content is certain to 0.22 %; an aliquot of 40 mg alone, through 1:2 twice, to 0.5 %.
    Through 1:10 twice it leaves 10 mg of filler, which nothing weighs."""
    chains = [parts for parts, _ in masses(search(2, 10, target="0.0001"), need("10"))]
    assert chains == [(2,), (10,), (2, 10), (10, 2), (2, 2, 10), (2, 10, 2), (10, 2, 2)]
    assert [parts for parts, _ in masses(search(2, 10), need("10"))] == [(2,), (10,)]


def test_a_target_that_is_just_met_calls_for_no_further_stage() -> None:
    """On a balance without error what the stock brings, 0.5 %, is all: 1 % expanded."""
    certain = Bench((electronic(u="0"),))
    found = Search(certain, (2, 4), Decimal(0), Decimal("0.01"), inherited=(Decimal("0.005"),))
    assert masses(found, need("10")) == [((2,), ROUND), ((4,), ROUND)]


def test_a_second_stage_is_tried_from_four_masses_each_and_a_third_from_two() -> None:
    """2.5 mg through 1:8, from 20 mg on."""
    pairs = [
        [f"{start:f}" for start in each.starts] for each in search(2, 4, target="0.02").makings([need("2.5", "600")])
    ]
    assert len(pairs) == 3 * 16
    assert pairs[:5] == [["20.0", "20.0"], ["25", "20.0"], ["30", "20.0"], ["40", "20.0"], ["20.0", "25"]]
    thirds = [each.starts for each in search(4, target="0.03").makings([need("0.4", "600")])]
    assert (len(thirds), thirds[0]) == (8, (Decimal(20),) * 3)


def test_the_first_stage_is_enough_for_the_second_and_the_excess() -> None:
    """9.5 mg through 1:2 twice is 38 mg; half as much again is 57 mg, from 28.5 mg, and that from 21.375."""
    first = next(search(2, target="0.5", excess="0.5").makings([need("9.5")]))
    assert first == making((need("9.5"),), (2, 2), "21.4", "28.5")


def test_the_preferred_trituration_is_the_one_least_is_left_of_among_those_that_meet_the_target() -> None:
    assert search(10, 4).best([need("10")]) == making((need("10"),), (4,), "20")
    assert search(4, 10, target="0.005").best([need("10")]) == making((need("10"),), (10,), "40")
    assert search(4, 10).best([need("1", "21")]) is None


def test_a_diluent_that_its_balance_rounds_down_still_makes_enough() -> None:
    """191 mg is drawn as 190 mg, from 19.1 mg, which is less than is weighed: 20 mg and 180 mg are enough."""
    assert masses(search(10, bench=TWO, target="0.5"), need("19.1", "1100"))[0][1][:2] == ["20", "25"]


def test_a_diluent_that_no_balance_weighs_starts_nothing() -> None:
    """Up to 100 mg: of 25 mg through 1:5 the diluent just is weighed, of 30 mg no more."""
    assert masses(search(5, bench=Bench((electronic(most="100"),))), need("10", "120")) == [((5,), ["20", "25"])]
