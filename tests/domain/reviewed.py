"""What the rules of the review look at, and what they say of it.

The figures are worked out once, of a hundred capsules of 4.5 mg in size 3 (worked example E9): 450.0 mg of drug and
11,700.0 mg of filler on balance B1, 121.5 mg a capsule. A rule sees them with one thing changed.
"""

from collections.abc import Iterable

from compounder.codec.converter import read
from compounder.domain.batch.figures import dose_of, groundwork
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.preparing import prepare
from compounder.domain.findings import Finding
from tests.domain.orders import an_order

ORDER = read(an_order(), BatchOrder)
_GROUND = groundwork(ORDER)
FIGURES = prepare(_GROUND, [dose_of(_GROUND, 0)]).batches[0]


def said(found: Iterable[Finding]) -> list[tuple[str, str, str]]:
    """The severity, code and sentence of each."""
    return [(str(each.severity), each.code, each.message) for each in found]
