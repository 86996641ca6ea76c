"""The control chart as a drawing: what it shows and says, and that it stands on screen, on paper and after a fax."""

import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from compounder.domain.quality.trend import BatchWeights, Trend, trend
from compounder.printing import press
from compounder.printing.chart_drawing import ChartDrawing, Kind
from compounder.printing.chart_scale import LABEL_HEIGHT, Scale, ordinals_shown, spread_labels
from compounder.printing.control_chart import NARROW, WIDE, means_drawing, spreads_drawing, weights_drawing
from tests.domain.inspections import NETS, inspected, the_limits
from tests.printing.reading import after_a_fax, full_lines, pages, picture

TEMPLATES = press.TEMPLATES.parent
SVG = "{http://www.w3.org/2000/svg}"
ONE_OUT = (*NETS[:6], "134.2", *NETS[7:])
ONE_JUMP = ("120.1", "120.2") * 9 + ("120", "124")


def a_drawing(*nets: str, theory: str = "120", width: Decimal = NARROW) -> ChartDrawing:
    """The chart of capsules that hold this much."""
    return weights_drawing(inspected(*nets, theory=theory), width)


def a_trend(*percents: str) -> Trend:
    """A batch every third day."""
    return trend(
        [
            BatchWeights(
                lot_number=f"26{number:04}A001",
                compounded_on=date(2026, 1, 1) + timedelta(days=3 * number),
                mean=Decimal(percent) / 100,
                relative_standard_deviation=Decimal("0.011") + Decimal(number % 3) / 1000,
            )
            for number, percent in enumerate(percents)
        ]
    )


def drawn(chart: ChartDrawing, width: str = "100%") -> str:
    """The markup, as the screen's templates are filled in."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    page = '{% from "print/control_chart/control_chart.html" import control_chart %}{{ control_chart(chart, width) }}'
    return environment.from_string(page).render(chart=chart, width=width)


def kinds(chart: ChartDrawing) -> list[Kind]:
    return [point.kind for point in chart.panels[0].points]


def test_a_good_batch_has_its_points_between_its_levels() -> None:
    chart = a_drawing()
    figures, ranges = chart.panels
    assert [(line.figure, line.word) for line in figures.lines] == [
        ("132.0", "window"),
        ("125.5", "control"),
        ("120.2", "mean"),
        ("114.9", "control"),
        ("108.0", "window"),
    ]
    assert [(line.figure, line.word) for line in ranges.lines] == [("6.5", "control"), ("2.0", "mean")]
    assert (len(figures.points), len(ranges.points)) == (10, 9)
    assert [line.words for line in chart.key] == [
        "All within the limits",
        "Control limits from 10 figures, provisional below 20",
    ]


def test_the_window_is_rounded_inwards_as_on_the_worksheet() -> None:
    lines = a_drawing(*("120.5",) * 10, theory="120.512227905").panels[0].lines
    assert [line.figure for line in lines if line.kind is Kind.WINDOW] == ["132.5", "108.5"]


def test_a_capsule_outside_the_window_has_a_shape_a_label_and_a_word() -> None:
    chart = a_drawing(*ONE_OUT)
    point = chart.panels[0].points[6]
    assert (point.kind, point.label) == (Kind.WINDOW, "7: 134.2")
    assert [line.words for line in chart.key if line.kind is Kind.WINDOW] == ["Outside the window: fails its rule"]
    assert chart.alternative == (
        "Control chart. Net weight of each capsule, mg: 118.9, 121.4, 120.2, 119.6, 122.3, 120.8, 134.2, 121.1, "
        "119.4, 120.6. Mean 121.9 mg. Control limits 110.6 to 133.1 mg. Window 108.0 to 132.0 mg. "
        "Capsule 7, 134.2 mg, is outside the window."
    )


def test_a_capsule_outside_the_control_limits_only_has_another_shape() -> None:
    chart = a_drawing(*ONE_JUMP)
    assert kinds(chart)[-1] is Kind.LIMIT
    assert [line.words for line in chart.key] == ["Outside the control limits: look for a cause"]
    assert chart.alternative.endswith("Capsule 19 to 20: the change is outside its control limit.")


def test_many_outside_are_labelled_by_their_number_alone() -> None:
    chart = a_drawing("100", "140", "99", "141", *("120",) * 6)
    assert [point.label for point in chart.panels[0].points if point.label] == ["1", "2", "3", "4"]


def test_a_label_keeps_clear_of_the_words_beside_the_chart() -> None:
    chart = a_drawing(*ONE_JUMP)
    label = chart.panels[0].points[-1]
    assert Decimal(label.label_x) + len(label.label) * Decimal("3.5") <= Decimal(chart.line_to)


def test_means_of_batches_stand_in_percent_with_the_first_and_last_lot() -> None:
    chart = means_drawing(a_trend("100.2", "99.1", "100.4", "101"), NARROW)
    assert (chart.first, chart.last) == ("260000A001", "260003A001")
    assert chart.panels[0].head == "Mean net weight of each batch, % of theory"
    assert {line.word for line in chart.panels[0].lines} == {"mean", "control"}


def test_spreads_of_batches_stand_below_the_formulations_limit() -> None:
    found = a_trend(*("100",) * 6)
    chart = spreads_drawing(found, the_limits(), NARROW)
    highest = chart.panels[0].lines[0]
    assert (highest.figure, highest.word) == ("4.0", "limit")
    failed = spreads_drawing(found, the_limits(relative_standard_deviation=Decimal("0.012")), NARROW)
    assert failed.alternative.endswith(
        "Limit 1.2 %. Batch 260002A001, 1.3 %, is outside the limit. Batch 260005A001, 1.3 %, is outside the limit."
    )


def test_a_lower_control_limit_below_zero_is_neither_drawn_nor_said() -> None:
    chart = spreads_drawing(a_trend(*("100",) * 2), the_limits(), NARROW)
    scattered = a_drawing("90", "240", "95", "250", "92", "244", "99", "236", "120", "120")
    assert [line.word for line in scattered.panels[0].lines].count("control") == 1
    assert "Control limits to " in scattered.alternative
    assert "-" not in chart.alternative


@pytest.mark.parametrize("chart", [a_drawing(), a_drawing(*ONE_OUT), means_drawing(a_trend("99", "101"), WIDE)])
def test_the_markup_needs_no_inline_style_and_says_in_words_what_it_shows(chart: ChartDrawing) -> None:
    markup = drawn(chart)
    assert not re.search(r"<style|\sstyle=|<script|\son[a-z]+=|url\(|href=", markup)
    root = ElementTree.fromstring(markup.strip())
    assert (root.get("role"), root.get("aria-label")) == ("img", chart.alternative)
    assert root.get("viewBox") == f"0 0 {chart.width} {chart.height}"
    texts = ["".join(text.itertext()).strip() for text in root.iter(f"{SVG}text")]
    assert {line.words for line in chart.key} <= set(texts)
    assert {point.label for point in chart.panels[0].points if point.label} <= set(texts)


def test_red_is_only_for_what_is_outside() -> None:
    assert "#ab2320" not in drawn(a_drawing())
    assert "#ab2320" in drawn(a_drawing(*ONE_OUT))


def test_words_are_escaped_wherever_they_come_from() -> None:
    lots = [
        BatchWeights(
            lot_number="<&>", compounded_on=date(2026, 1, day), mean=Decimal(1), relative_standard_deviation=Decimal(0)
        )
        for day in (1, 2)
    ]
    assert "&lt;&amp;&gt;" in drawn(means_drawing(trend(lots), NARROW))


@pytest.fixture
def paper_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A paper that holds nothing but a chart."""
    shutil.copytree(press.TEMPLATES / "control_chart", tmp_path / "control_chart")
    (tmp_path / "sheet").mkdir()
    page = '{% from "control_chart/control_chart.html" import control_chart %}<html lang="en">'
    (tmp_path / "sheet" / "sheet.html").write_text(page + "{{ control_chart(chart, chart.width) }}", encoding="utf-8")
    (tmp_path / "sheet" / "sheet.css").write_text("@page { margin: 5mm } body { margin: 0 }", encoding="utf-8")
    monkeypatch.setattr(press, "TEMPLATES", tmp_path)
    press._templates.cache_clear()
    press._styles.cache_clear()
    yield tmp_path
    press._templates.cache_clear()
    press._styles.cache_clear()


def test_it_stands_on_paper_and_after_a_fax(paper_templates: Path) -> None:
    """At a fax's 200 dots an inch the window and both means are still unbroken lines."""
    pdf = press.lay_out("sheet", "105mm 100mm", chart=a_drawing()).write_pdf()
    (text,) = pages(pdf)
    for words in ("Net weight of each capsule, mg", "132.0 window", "120.2 mean", "Moving range, mg", "10"):
        assert words in text
    faxed = after_a_fax(picture(pdf, 200))
    assert len(full_lines(faxed.crop((0, 0, int(faxed.width * 0.75), faxed.height)))) >= 4


def test_what_is_outside_is_named_on_paper(paper_templates: Path) -> None:
    (text,) = pages(press.lay_out("sheet", "105mm 100mm", chart=a_drawing(*ONE_OUT)).write_pdf())
    assert "7: 134.2" in text
    assert "Outside the window: fails its rule" in text


places = st.lists(st.decimals(min_value=0, max_value=200, places=1), min_size=1, max_size=6).map(sorted)


@given(places)
def test_no_label_covers_another_and_labels_with_room_stay(asked: list[Decimal]) -> None:
    found = spread_labels(asked)
    assert all(after - before >= LABEL_HEIGHT - Decimal("1e-20") for before, after in pairwise(found))
    if all(after - before >= LABEL_HEIGHT for before, after in pairwise(asked)):
        assert found == asked


@given(st.lists(st.decimals(min_value=-5, max_value=5, places=3), min_size=1, max_size=30))
def test_every_figure_lies_on_the_scale(figures: list[Decimal]) -> None:
    scale = Scale.around(figures, Decimal(40), Decimal(190))
    assert all(Decimal(40) < scale.place(figure) < Decimal(190) for figure in figures)


@pytest.mark.parametrize(("count", "shown"), [(10, 10), (20, 10), (48, 12), (2, 2)])
def test_numbers_along_the_axis_are_thinned_out_until_they_fit(count: int, shown: int) -> None:
    across = Scale(low=Decimal(1), high=Decimal(count), start=Decimal(18), end=Decimal(254))
    assert len(ordinals_shown(across)) == shown


@given(st.lists(st.decimals(min_value="60", max_value="200", places=1).map(str), min_size=10, max_size=30))
def test_every_point_of_any_batch_is_inside_the_picture(nets: list[str]) -> None:
    chart = a_drawing(*nets)
    for panel in chart.panels:
        for point in panel.points:
            assert 0 < Decimal(point.x) < Decimal(chart.line_to)
            assert 0 < Decimal(point.y) < Decimal(chart.ticks_y)
