"""The control charts that are drawn: a batch's net weights, and the means and spreads of batches.

Ink, one teal, and red only for what is outside a limit, which has a shape and a word of its own: a diamond outside the
window that decides, a square outside the control limits that only warn. The template places it with presentation
attributes alone, so that no style has to be inlined. Source of the limits: NIST/SEMATECH 6.3.2.2.
"""

from decimal import Decimal

from compounder.domain.formulary.formulation import QualityLimits
from compounder.domain.quality.control_chart import ControlChart, control_chart
from compounder.domain.quality.trend import Trend
from compounder.domain.quality.weight_rules import Inspected
from compounder.domain.units import MASS, format_rounded
from compounder.printing.chart_drawing import ChartDrawing
from compounder.printing.chart_layout import drawn
from compounder.printing.chart_words import Subject

NARROW, WIDE = Decimal(360), Decimal(680)
"""Widths in units of one CSS pixel: a phone, or half a sheet; a whole sheet."""


def weights_drawing(inspected: Inspected, width: Decimal) -> ChartDrawing:
    """The net weights of one batch's capsules, in the sequence weighed, between the formulation's window."""
    limits, planned = inspected.limits, inspected.planned
    subject = Subject(
        chart=control_chart(inspected.shares),
        head="Net weight of each capsule, mg",
        ranges_head="Moving range, mg",
        each="Capsule",
        names=tuple(str(number) for number in range(1, inspected.weights.count + 1)),
        least=limits.net_weight_from,
        most=limits.net_weight_to,
        bound="window",
        told=lambda share, rounding: format_rounded(planned * share, MASS, rounding=rounding).removesuffix(" mg"),
        unit="mg",
    )
    return drawn(subject, width)


def means_drawing(trend: Trend, width: Decimal) -> ChartDrawing:
    """The mean net weights of batches, one after the other, in % of theory."""
    head = "Mean net weight of each batch, % of theory"
    return drawn(_of_batches(trend, trend.means, head, "Moving range of means, %", None), width)


def spreads_drawing(trend: Trend, limits: QualityLimits | None, width: Decimal) -> ChartDrawing:
    """The relative standard deviations of batches, below the formulation's limit where they are all of one."""
    most = limits.relative_standard_deviation if limits else None
    head = "Relative standard deviation of each batch, %"
    return drawn(_of_batches(trend, trend.spreads, head, "Moving range of deviations, %", most), width)


def _of_batches(trend: Trend, chart: ControlChart, head: str, ranges_head: str, most: Decimal | None) -> Subject:
    lots = tuple(batch.lot_number for batch in trend.batches)
    return Subject(
        chart=chart,
        head=head,
        ranges_head=ranges_head,
        each="Batch",
        names=lots,
        least=None,
        most=most,
        bound="limit",
        told=lambda share, rounding: f"{share.scaleb(2).quantize(Decimal('0.1'), rounding):f}",
        unit="%",
        first=lots[0],
        last=lots[-1],
    )
