"""Sixteen people weigh at once: whatever is answered is true, each line is weighed once, and no gram is spent twice."""

import math
from pathlib import Path

import pytest

from tests.fixtures.served import served
from tests.hands.pharmacy import a_shop
from tests.hands.truth import untrue
from tests.hands.weighing import refused, weigh_at_once

PAUSE = (0.05, 0.15)
STRENGTHS, LINES = ("1.5 mg", "4.5 mg"), 2


@pytest.mark.parametrize("where", ["sqlite", "postgresql"])
def test_sixteen_people_who_weigh_at_once_spend_no_gram_twice_and_are_told_the_truth(
    where: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    database_url = str(request.getfixturevalue("postgresql_url")) if where == "postgresql" else ""
    shop = a_shop(tmp_path / "workspace", database_url, orders_each=1, strengths=STRENGTHS)
    with served(shop.settings.home, database_url) as workspace:
        sent = weigh_at_once(shop, workspace.address, math.inf, PAUSE)
    assert untrue(shop, sent) == []
    batches = {batch for hand in shop.hands for batch in hand.batches}
    assert sum(one.is_weighed for one in sent) == len(batches) * LINES
    told = [one.said for one in refused(sent)]
    assert any("this is no longer the next weighing" in said.casefold() for said in told)
    assert any("of lot NTX-LAST is needed" in said for said in told)
    assert "Traceback" not in workspace.log.read_text()
