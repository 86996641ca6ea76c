"""Ratios of triturations as people list them: `1:10, 1:25` or `1:10 1:25`; 1:10 is one part in ten parts total."""

import re
from collections.abc import Iterable, Iterator

from compounder.domain.batch.source import MOST_PARTS, MOST_RATIOS, TriturationRatio, parse_ratio
from compounder.domain.errors import CompoundingError, NotAccepted, OutOfBounds, SeveralErrors

_BETWEEN = re.compile(r"[,\s]+")


def read_ratios(text: str) -> tuple[TriturationRatio, ...]:
    """The ratios, each once, in the sequence written; refuses with a complaint for each that cannot be read."""
    written = list(dict.fromkeys(part for part in _BETWEEN.split(text) if part))
    if not 1 <= len(written) <= MOST_RATIOS:
        raise OutOfBounds(read=f"A list of {len(written):,} ratios", least="1", most=f"{MOST_RATIOS}")
    refusals = tuple(_refusals(written))
    if refusals:
        raise SeveralErrors(parts=refusals)
    return tuple(map(parse_ratio, written))


def _refusals(written: Iterable[str]) -> Iterator[CompoundingError]:
    for part in written:
        try:
            parse_ratio(part)
        except NotAccepted:
            yield NotAccepted(read=part, accepted=f"a ratio from 1:2 to 1:{MOST_PARTS}")


def written_ratios(ratios: Iterable[TriturationRatio]) -> str:
    """Ratios as `read_ratios` reads them."""
    return ", ".join(map(str, ratios))
