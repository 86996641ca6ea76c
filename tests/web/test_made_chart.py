"""The bars of what was made: their heights, which strengths have their own, and the same in words and as a table."""

from compounder.services.capsules_made import MadeOfStrength, YearOfMaking, months_until
from compounder.web.made_chart import Drawing, made_chart
from tests.services.orders import DAY

NONE_YET = (0,) * 10


def a_year(*strengths: tuple[str, int, int]) -> YearOfMaking:
    """Strengths with what was made of each in October and in November."""
    made = (MadeOfStrength(name, (*NONE_YET, october, november)) for name, october, november in strengths)
    return YearOfMaking(months_until(DAY), tuple(made))


def drawings(year: YearOfMaking) -> dict[str, Drawing]:
    return {drawing.name: drawing for drawing in made_chart(year)["drawings"]}


def heights(drawing: Drawing) -> list[int]:
    return [bar.height for bar in drawing.bars][-2:]


def test_strengths_share_one_scale_and_their_sum_has_its_own() -> None:
    drawn = drawings(a_year(("1.5 mg", 100, 50), ("3 mg", 400, 0)))
    assert list(drawn) == ["All strengths", "1.5 mg", "3 mg"]
    assert heights(drawn["3 mg"]) == [40, 0]
    assert heights(drawn["1.5 mg"]) == [10, 5]
    assert heights(drawn["All strengths"]) == [40, 4]
    assert [(bar.y + bar.height, bar.is_over) for bar in drawn["3 mg"].bars][-2:] == [(40, True), (40, False)]


def test_the_least_that_was_made_can_be_seen() -> None:
    assert heights(drawings(a_year(("1.5 mg", 100_000, 0), ("3 mg", 1, 0)))["3 mg"]) == [1, 0]


def test_the_strengths_made_most_have_their_own_bars_and_the_others_share_some() -> None:
    year = a_year(*((f"{number} mg", 10 * number, 0) for number in range(1, 9)))
    drawn = drawings(year)
    assert list(drawn) == ["All strengths", "4 mg", "5 mg", "6 mg", "7 mg", "8 mg", "Others"]
    assert drawn["Others"].total == "60"
    assert drawn["All strengths"].total == "360"
    six = a_year(*((f"{number} mg", 10, 0) for number in range(1, 7)))
    assert list(drawings(six))[1:] == [f"{number} mg" for number in range(1, 7)]


def test_every_bar_is_said_in_words_and_stands_in_the_table() -> None:
    chart = made_chart(a_year(("1.5 mg", 1_200, 0), ("3 mg", 5, 7)))
    said = chart["drawings"][1].alternative
    assert said.startswith("1.5 mg, capsules made: Dec 2025 0, Jan 2026 0, ")
    assert said.endswith("Oct 2026 1,200, Nov 2026 0 so far")
    assert [name for name, _ in chart["columns"]] == ["Month", "1.5 mg", "3 mg", "All strengths"]
    assert chart["rows"][:2] == [("Nov 2026", "0", "7", "7"), ("Oct 2026", "1,200", "5", "1,205")]
    assert (chart["span"], chart["most"]) == ("Dec 2025 to Nov 2026", "1,200")


def test_nothing_is_drawn_where_nothing_was_made() -> None:
    assert made_chart(a_year())["drawings"] == []
