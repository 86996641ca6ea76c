"""What later entries changed of batches: the same steps that the program takes, taken again from the journal alone."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from compounder.database.audit.columns import Columns, Document
from compounder.database.audit.entries import Told
from compounder.domain.record.amendments import Amended
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.standing import STEPS, Place

KINDS: Final = tuple(STEPS)
_NEVER: Final = "9999-12-31"


class Moves:
    """Where each batch stands after the entries so far, and the beyond-use date that it was amended to."""

    def __init__(self) -> None:
        self._places: defaultdict[tuple[str, str], Place] = defaultdict(Place)
        self._amended: dict[tuple[str, str], str] = {}

    def changed(self, told: Told, document: Document) -> Iterator[tuple[str, str, Columns]]:
        """The columns of a batch after this entry; refuses with `StatusForbids` a step that was not possible."""
        if told.kind not in STEPS:
            return
        key, kind = (told.site, told.subject), EntryKind(told.kind)
        place = self._places[key] = self._places[key].after(kind, document.get("reason", ""), told.subject)
        columns: dict[str, Any] = {"status": place.status.value, "status_reason": place.reason}
        if kind is EntryKind.PLAN_REVISED:
            columns["plan_number"] = document["plan_number"]
            columns["capsules"] = document["plan"]["capsules_to_make"]
            columns["beyond_use_date"] = min(document["plan"]["beyond_use_date"], self._amended.get(key, _NEVER))
        elif kind is EntryKind.BATCH_AMENDED and "beyond_use_date" in document:
            columns["beyond_use_date"] = self._amended[key] = document["beyond_use_date"]
            if document["what"] == Amended.COMPOUNDED_ON:
                columns["compounded_on"] = document["new"]
        yield "batches", told.subject, columns
