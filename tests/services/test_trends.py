"""Trends of capsule weights, by formulation and by filler lot: which batches stand in them, what the table keeps."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from compounder.database import quality
from compounder.database.errors import NotFound
from compounder.domain.formulary.naltrexone import first_formulation
from compounder.domain.quality.results import RuleName
from compounder.domain.units import MASS, quantity_text
from compounder.services.finishing_errors import NamedRuleLeftOut
from compounder.services.trends import trend_of_filler_lot, trend_of_formulation
from compounder.settings import Settings
from tests.database.migrating import migrate_by
from tests.services.batches import lot_numbers, void
from tests.services.finishing import ONE_HEAVY, by_another_version, count, found, weigh, weighed_in
from tests.services.orders import CELLULOSE, DAY, SITE, Bench, add_lot
from tests.services.proved import attacked, attacking, sentences, statement


def a_batch(bench: Bench, *strengths: str, key: str = "first", **changes: object) -> str:
    (number,) = lot_numbers(bench, bench.order(*(strengths or ("1.5 mg",)), key=key, **changes))
    return number


def test_a_batch_stands_in_the_trend_of_its_formulation_and_of_its_filler_lot(bench: Bench) -> None:
    """Mean of the ten 120.64 mg, of 120.512 mg planned: 100.106 %."""
    number = a_batch(bench)
    weigh(bench, number)
    with bench.database.reading() as reading:
        by_formulation = trend_of_formulation(reading, SITE, "NTX-CAPS")
        by_filler = trend_of_filler_lot(reading, SITE, bench.filler)
        by_drug = trend_of_filler_lot(reading, SITE, bench.active)
    (batch,) = by_formulation.batches
    assert by_filler.batches == (batch,)
    assert by_drug.batches == ()
    assert (batch.weights.lot_number, batch.weights.compounded_on, batch.strength) == (number, DAY, "1.5 mg")
    assert quantity_text(batch.mean_net, MASS) == "120.64 mg"
    assert f"{batch.weights.mean:.3%}" == "100.106%"
    weighed = found(bench, number).weighed
    assert weighed is not None
    exact = weighed.said.weights.net.relative_standard_deviation
    assert abs(batch.weights.relative_standard_deviation - exact) < Decimal("1e-15")
    assert by_formulation.limits == first_formulation(1).quality
    assert by_filler.limits is None
    assert by_formulation.trend is None


def test_two_batches_make_a_trend_the_older_first(sqlite_bench: Bench) -> None:
    later = a_batch(sqlite_bench, key="later", compounded_on=DAY + timedelta(days=1))
    earlier = a_batch(sqlite_bench, "3 mg", key="earlier")
    weigh(sqlite_bench, later), weigh(sqlite_bench, earlier)
    with sqlite_bench.database.reading() as reading:
        file = trend_of_formulation(reading, SITE, "NTX-CAPS")
    assert [batch.weights.lot_number for batch in file.batches] == [later, earlier]
    assert file.trend is not None
    assert [batch.lot_number for batch in file.trend.batches] == [earlier, later]


def test_the_newest_weights_of_a_batch_count(bench: Bench) -> None:
    number = a_batch(bench)
    weigh(bench, number, ONE_HEAVY)
    weigh(bench, number, reason="Capsule 1 was read wrongly")
    with bench.database.reading() as reading:
        (batch,) = trend_of_formulation(reading, SITE, "NTX-CAPS").batches
    assert quantity_text(batch.mean_net, MASS) == "120.64 mg"


def test_what_was_given_up_stands_in_no_trend(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    weigh(sqlite_bench, number)
    void(sqlite_bench, number)
    with sqlite_bench.database.reading() as reading:
        assert trend_of_formulation(reading, SITE, "NTX-CAPS").batches == ()


def test_another_filler_lot_has_a_trend_of_its_own(sqlite_bench: Bench) -> None:
    with sqlite_bench.database.writing() as writing:
        other = add_lot(writing, CELLULOSE, lot_number="MCC-119")
    first, second = a_batch(sqlite_bench), a_batch(sqlite_bench, key="second", filler_lot=other)
    weigh(sqlite_bench, first), weigh(sqlite_bench, second)
    with sqlite_bench.database.reading() as reading:
        (of_other,) = trend_of_filler_lot(reading, SITE, other).batches
    assert of_other.weights.lot_number == second


def test_a_trend_goes_back_fifty_batches(sqlite_bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality, "_HOLDING", quality._HOLDING.limit(2))
    numbers = [a_batch(sqlite_bench, key=key) for key in ("1", "2", "3")]
    for number in numbers:
        weigh(sqlite_bench, number)
    with sqlite_bench.database.reading() as reading:
        batches = trend_of_formulation(reading, SITE, "NTX-CAPS").batches
    assert [batch.weights.lot_number for batch in batches] == numbers[:0:-1]
    assert quality.SHOWN == 50


def test_what_is_not_there_has_no_trend(sqlite_bench: Bench) -> None:
    with sqlite_bench.database.reading() as reading:
        with pytest.raises(NotFound):
            trend_of_formulation(reading, SITE, "NOTHING")
        with pytest.raises(NotFound):
            trend_of_filler_lot(reading, SITE, "99")


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        ("UPDATE batch_quality SET mean_net = '121 mg'", "weighed is not what entry"),
        ("UPDATE batch_quality SET theory = '121 mg'", "theory changed beside it"),
        ("UPDATE batch_quality SET filler_lot_id = 1", "filler lot id changed beside it"),
        ("DELETE FROM batch_quality", "made is missing from the batch quality."),
    ],
)
def test_weights_that_were_changed_beside_the_journal_are_named(pharmacy: Settings, attack: str, said: str) -> None:
    weighed_in(pharmacy)
    assert sentences(pharmacy) == ""
    assert said in attacked(pharmacy, statement(attack))


def test_weights_from_before_the_table_are_kept_when_the_database_is_upgraded(pharmacy: Settings) -> None:
    weighed_in(pharmacy)
    with attacking(pharmacy.database_url) as connection:
        rows = connection.execute(sa.text("SELECT * FROM batch_quality ORDER BY journal_number")).all()
        connection.execute(sa.text("DROP TABLE batch_quality"))
        migrate_by(connection, "2026_11_22_keep_what_capsules_weigh")
    with attacking(pharmacy.database_url) as connection:
        assert connection.execute(sa.text("SELECT * FROM batch_quality ORDER BY journal_number")).all() == rows
    assert len(rows) == 2
    assert sentences(pharmacy) == ""


def naming(bench: Bench, *rules: RuleName) -> str:
    """A batch by a version of the formulation that names these rules."""
    return by_another_version(bench, quality=replace(first_formulation(1).quality, rules=rules))


def test_a_rule_that_the_formulation_names_is_checked_or_somebody_says_why_not(bench: Bench) -> None:
    number = naming(bench, RuleName.BRAZIL)
    with pytest.raises(NamedRuleLeftOut, match="names Brazil, Formulário Nacional; tick it, or say why it is not"):
        weigh(bench, number)
    finished = weigh(bench, number, pharmacopoeias=["brazil-formulario-nacional"])
    assert finished.waiting == ()
    assert finished.verdict is not None
    assert [each.rule for each in finished.verdict.results][2:] == [RuleName.BRAZIL] * 3


def test_a_rule_left_out_with_a_reason_waits_for_a_decision_also_after_the_count(sqlite_bench: Bench) -> None:
    number = naming(sqlite_bench, RuleName.BRAZIL)
    finished = weigh(sqlite_bench, number, left_out_because="The balance for it is away")
    assert [each.code for each in finished.waiting] == ["named-rule-not-checked"]
    assert finished.waiting[0].message.endswith("was not checked: The balance for it is away")
    assert [each.code for each in count(sqlite_bench, number).waiting] == ["named-rule-not-checked"]
