"""What does not fit: one sentence that names the entry or the row."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written. `entry` is the journal's number of it, None for a row without one."""

    sentence: str
    entry: int | None = None
