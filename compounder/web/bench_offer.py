"""What the page of the bench shows of a balance that sends its readings by itself."""

from collections.abc import Mapping
from typing import Any

from compounder import clock
from compounder.domain.batch.weighing import Weighing
from compounder.domain.record.offered import OfferedReading
from compounder.domain.units import Reading, format_reading
from compounder.services.bench import Looked
from compounder.web.bench_page import bar_of


def offer_of(looked: Looked, balance: str) -> OfferedReading | None:
    """What the balance that is chosen offers to this bench; None where it sent nothing."""
    return next((each for each in looked.offered if each.balance == balance), None)


def offer_shown(looked: Looked, offer: OfferedReading | None) -> Mapping[str, Any]:
    """The offer in finished strings, and where it stands on the bar, in thousandths; empty where there is none."""
    line = looked.bench.making.next_line
    if offer is None or line is None:
        return {}
    planned = looked.bench.making.weighings[line]
    return {
        "id": offer.offer_id,
        "said": f"{offer.balance} shows {format_reading(offer.reading)}",
        "ago": ago(offer),
        "verdict": _verdict(planned, offer.reading),
        "take": f"Take {format_reading(offer.reading)} for {looked.bench.record.lot_number}",
        "place": bar_of(planned, offer.reading).read,
    }


def ago(offer: OfferedReading) -> str:
    """How long ago the balance sent it, in whole seconds."""
    return f"{max(int((clock.now() - offer.sent.at).total_seconds()), 0)} s ago"


def _verdict(planned: Weighing, reading: Reading) -> str:
    if reading < planned.accept_from:
        return "below the window"
    return "above the window" if reading > planned.accept_to else "in the window"
