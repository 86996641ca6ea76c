"""The first page: what comes near its beyond-use date, and what was made last."""

from datetime import date

from flask.testing import FlaskClient

from tests.services.batches import lot_numbers
from tests.services.orders import HYDROCHLORIDE, Bench, add_lot, revise_settings
from tests.web.histories import numbers, void
from tests.web.pages import part


def near(html: str) -> list[str]:
    """The lot numbers of the batches that come to their date."""
    return numbers(part(html, "ending"))


def test_a_new_site_is_told_where_to_begin(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "<h1>21 Nov 2026</h1>" in page
    assert "No batch yet. An order makes the first." in page


def test_what_ends_within_so_many_days_is_listed_earliest_first(client: FlaskClient, bench: Bench) -> None:
    """Each batch ends with its active lot: yesterday's is gone, day 30 is in, day 31 is not yet."""
    made = {}
    for ends in ("2026-11-20", "2026-11-21", "2026-12-21", "2026-12-22"):
        with bench.database.writing() as writing:
            lot = add_lot(writing, HYDROCHLORIDE, lot_number=f"NTX {ends}", expires_on=ends)
        order = bench.order("1.5 mg", key=ends, active_lot=lot, compounded_on=date(2026, 11, 20))
        (made[ends],) = lot_numbers(bench, order)
    page = client.get("/dates").text
    assert numbers(page) == [made["2026-11-21"], made["2026-12-21"]]
    assert "Beyond-use date to 21 Dec 2026: 2" in page
    assert numbers(client.get("/dates?days=60").text) == [made[day] for day in sorted(made)[1:]]
    assert near(client.get("/").text) == [made[day] for day in sorted(made)[1:]]
    void(client, made["2026-12-21"])
    assert numbers(client.get("/dates").text) == [made["2026-11-21"]]


def test_only_the_five_newest_stand_there(client: FlaskClient, bench: Bench) -> None:
    for key in "abc":
        bench.order("0.5 mg", "1 mg", "1.5 mg", "2 mg", key=key, capsules=60)
    page = client.get("/").text
    assert len(numbers(part(page, "newest"))) == 5
    assert 'href="/batches">All batches' in page


def test_the_day_is_the_pharmacys_own(client: FlaskClient, bench: Bench) -> None:
    """Half past nine in the morning in UTC is half past ten of the evening before in Pago Pago."""
    revise_settings(bench, time_zone="Pacific/Pago_Pago")
    assert "<h1>20 Nov 2026</h1>" in client.get("/").text
