"""What somebody does at the bench who weighed too much of the drug and revises the plan to it."""

from typing import Any, Final

from compounder.domain.batch.recovery import RecoveryWay
from compounder.services.proving import verify
from compounder.services.recovering import Recoverable, Recovery, look_over, recover
from tests.services.benches import a_weighing
from tests.services.orders import Bench

OVER: Final = "171.2 mg"
WHY: Final = "Too much was tipped in."


def a_recovery(bench: Bench, number: str, way: RecoveryWay = RecoveryWay.MORE_CAPSULES, **changes: Any) -> Recovery:
    """Clara goes by what was weighed: 171.2 mg for 158.3 mg."""
    reason = changes.pop("reason", WHY)
    weighing = a_weighing(bench, number, **{"reading": OVER, **changes})
    return Recovery(weighing=weighing, way=way, reason=reason)


def keep(bench: Bench, recovery: Recovery) -> None:
    with bench.database.writing() as writing:
        recover(writing, recovery)


def looked_over(bench: Bench, recovery: Recovery) -> Recoverable:
    with bench.database.reading() as reading:
        return look_over(reading, recovery.weighing)


def amiss(bench: Bench) -> list[str]:
    """What `compounder verify` says, beside what the maker of the bench put in past the journal."""
    url = bench.database.engine.url.render_as_string(hide_password=False)
    found = [finding.sentence for finding in verify(url, {}, None).findings]
    return [said for said in found if "approved by, approved" not in said and ": status changed" not in said]
