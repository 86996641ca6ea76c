"""What weights cannot claim, and weights that may be a slip of the pen."""

from decimal import Decimal

import pytest

from compounder.domain.findings import Severity
from compounder.domain.quality.inspection import inspect_weights, review_weights, weight_shows_content
from compounder.domain.quality.results import RuleName
from compounder.domain.units import mg_per_capsule, of
from tests.domain.inspections import inspected


def test_weights_say_that_they_are_not_content() -> None:
    small = review_weights(inspected(), of(Decimal("4.5"), mg_per_capsule))
    assert [(finding.code, finding.message) for finding in small] == [
        (
            "weight-is-not-content",
            "Weights show the fill, not the content: for 4.5 mg in 120.0 mg, USP <905> asks for an assay.",
        )
    ]
    assert review_weights(inspected(), of(30, mg_per_capsule)) == ()
    assert review_weights(inspected(*("400",) * 10, theory="400"), of(30, mg_per_capsule)) != ()


@pytest.mark.parametrize(
    ("strength", "fill", "shows"),
    [("25", "100", True), ("24.99", "99", False), ("25", "100.1", False), ("30", "120", True)],
)
def test_weight_stands_for_content_from_25_mg_and_25_percent_on(strength: str, fill: str, shows: bool) -> None:
    found = weight_shows_content(*(of(Decimal(each), mg_per_capsule) for each in (fill, strength)))
    assert found is shows


def test_a_capsule_left_empty_is_a_result_that_is_looked_at_twice() -> None:
    empty = inspected(*("120",) * 9, "-0.2")
    assert not inspect_weights(empty, [RuleName.NET_WEIGHT])[0].passes
    (finding,) = review_weights(empty, of(30, mg_per_capsule))
    assert (finding.severity, finding.code) == (Severity.CAUTION, "weight-unlike-the-others")
    assert finding.message == "Capsule 10 weighs 47.8 mg, unlike the others; read the balance again."


@pytest.mark.parametrize(("net", "unlike"), [("60", 0), ("59.9", 1), ("240", 0), ("240.1", 1)])
def test_half_and_twice_the_usual_are_not_unlike_the_others(net: str, unlike: int) -> None:
    assert len(review_weights(inspected(net, *("120",) * 9), of(30, mg_per_capsule))) == unlike
