"""Making a trituration: on the pharmacy's own day."""

from datetime import UTC, date, datetime

import pytest

from compounder.domain.errors import OutOfBounds
from compounder.services.making import Making, make_trituration
from tests.services.orders import ANNA, SITE, Bench, revise_settings
from tests.services.test_triturations import SHARED, as_planned, numbers_of

NEXT_DAY = date(2026, 11, 22)


def planned(bench: Bench) -> str:
    """Our lot number of a trituration that is still to be made."""
    (made,), _ = numbers_of(bench, bench.order("0.5 mg", capsules=30, **SHARED))
    return made


def test_today_is_the_pharmacys_own_day_where_greenwich_still_has_yesterday(sqlite_bench: Bench) -> None:
    """Half past nine in the morning of the 22nd in Auckland."""
    revise_settings(sqlite_bench, time_zone="Pacific/Auckland")
    assert made_at(sqlite_bench, datetime(2026, 11, 21, 20, 30, tzinfo=UTC))


def test_tomorrow_is_to_come_where_greenwich_has_it_already(sqlite_bench: Bench) -> None:
    """Eight in the evening of the 21st in New York."""
    revise_settings(sqlite_bench, time_zone="America/New_York")
    with pytest.raises(OutOfBounds, match="22 Nov 2026 was read; 21 Nov 2026 to 21 Nov 2026 is accepted"):
        made_at(sqlite_bench, datetime(2026, 11, 22, 1, tzinfo=UTC))


def made_at(bench: Bench, at: datetime) -> str:
    """The id of the lot of a trituration that is said, at this moment, to be made on the 22nd."""
    number = planned(bench)
    making = Making(
        site=SITE,
        lot_number=number,
        weights=as_planned(bench, number),
        made_on=NEXT_DAY,
        one_time_key="making",
        actor=ANNA,
        at=at,
    )
    with bench.database.writing() as writing:
        return make_trituration(writing, making)
