"""What the columns of each row must say, by the entry that made it and by what later entries changed of it.

Documents are read as plain JSON, so that one that says nonsense can be compared too.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from compounder.codec.documents import digest, from_stored, written
from compounder.database.audit.entries import Told
from compounder.database.past_batches import SUBJECT
from compounder.database.types import AnyRow, nanograms, nanograms_in
from compounder.domain.record.journal import EntryKind
from compounder.domain.stock.lots import PackMeasurement
from compounder.domain.units import MASS_PER_CAPSULE, format_dose, kept_quantity, quantity_text

Document = Mapping[str, Any]
Columns = Mapping[str, object]
Key = tuple[str, str, str]
Version = tuple[int, Document]
"""A document, and the number of the entry since when it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What later entries changed: columns by table, site and name of the row, and the number of the entry that said
    each last. Beside them what a trituration's lot is made from: the triturations' records and the entries that made
    them by our lot number, and by its id every lot as it came in and was corrected."""

    columns: Mapping[Key, Columns] = field(default_factory=dict)
    entries: Mapping[Key, Mapping[str, int]] = field(default_factory=dict)
    triturations: Mapping[str, Document] = field(default_factory=dict)
    made: Mapping[str, int] = field(default_factory=dict)
    lots: Mapping[int, Sequence[Version]] = field(default_factory=dict)

    def of(self, table: str, site: str, name: object) -> Columns:
        """The columns that were changed of one row."""
        return self.columns.get((table, site, str(name)), {})

    def entries_of(self, table: str, site: str, name: object) -> Mapping[str, int]:
        """The number of the entry that said each of these columns last."""
        return self.entries.get((table, site, str(name)), {})

    def drug(self, lot_number: str) -> Document:
        """The lot of the drug that a trituration was made from, through those before it, as it was then."""
        while before := self.triturations[lot_number]["made_from"]:
            lot_number = before
        versions = self.lots[drug_lot(self.triturations[lot_number]["order"])]
        return [document for number, document in versions if number < self.made[lot_number]][-1]


def drug_lot(order: Document) -> int:
    """The id of the lot that an order's drug is taken from: powder, tablets, or a trituration in stock."""
    return int((order["active"]["lot"] or order["source"]["lot"])["lot_id"])


def of_settings(_: AnyRow, told: Told, document: Document, __: Changes) -> Columns:
    return {"site": told.site, "version": document["version"], "document": told.document}


def of_formulation(row: AnyRow, told: Told, document: Document, changes: Changes) -> Columns:
    code, version = document["code"], document["version"]
    return {
        "site": told.site,
        "code": code,
        "version": version,
        "name": document["name"],
        "document": told.document,
        "sha256": digest(told.document),
        "approved_by": None,
        "approved_at": None,
        "approval_reason": None,
        **changes.of("formulation_versions", row.site, f"{code} {version}"),
    }


def of_lot(row: AnyRow, told: Told, document: Document, changes: Changes) -> Columns:
    """A lot as received and corrected, or the lot that a trituration became."""
    is_made = told.kind == EntryKind.TRITURATION_MADE
    lot = _made_lot(json.loads(row.document), told, document, changes) if is_made else document
    return {
        "site": told.site,
        **{name: lot[name] for name in ("substance", "received_on")},
        **of_amended_lot(lot),
        "document": written(lot) if is_made else told.document,
        "status": "in-use" if is_made else "quarantined",
        **changes.of("ingredient_lots", row.site, row.id),
    }


def of_amended_lot(lot: Document) -> Columns:
    """What a correction of a lot may change."""
    return {**{name: lot[name] for name in ("lot_number", "maker", "grade", "expires_on")}, "document": written(lot)}


def _made_lot(kept: Document, told: Told, made: Document, changes: Changes) -> Document:
    """All that the lot's document says follows from the entry, the trituration's record and the drug's own lot."""
    record = changes.triturations[told.subject]
    active, drug = record["order"]["active"], changes.drug(told.subject)
    follows = {
        "substance": active["substance"],
        "density": active["density"],
        "pack_statistics": active["pack_statistics"],
        "grade": f"trituration {record['plan']['ratio']}",
        "maker": record["pharmacy"]["name"],
        "lot_number": told.subject,
        "received_on": made["made_on"],
        "expires_on": made["beyond_use_date"],
        "quantity": made["total"],
        "trituration": {
            "ratio": record["plan"]["ratio"],
            "active_fraction": made["active_fraction"],
            "diluent": record["order"]["filler"]["substance"],
            "budget": made["budget"],
        },
        **{name: drug[name] for name in ("certificate", "certificate_number", "tablets")},
        "note": "",
        "tapped_density": None,
    }
    return {**kept, **follows}


def of_measurement(_: AnyRow, told: Told, document: Document, __: Changes) -> Columns:
    measured = written(document["measurement"])
    statistic = from_stored(measured, PackMeasurement).pack_statistic
    return {
        "site": told.site,
        "lot_id": int(document["lot_id"]),
        "capsule_size": document["measurement"]["capsule_size"],
        "pack_statistic": quantity_text(statistic, MASS_PER_CAPSULE),
        "document": measured,
    }


def of_order(_: AnyRow, told: Told, document: Document, __: Changes) -> Columns:
    return {
        "site": told.site,
        "order_number": told.subject,
        "compounded_on": document["compounded_on"],
        "stored_at": told.at,
        "stored_by": told.actor,
        "document": told.document,
        "sha256": digest(told.document),
    }


def of_batch(row: AnyRow, told: Told, document: Document, changes: Changes) -> Columns:
    """The batch with its record, and what its order says of the formulation."""
    plan, formulation = document["plan"], document["formulation"]
    strength = kept_quantity(plan["strength"], MASS_PER_CAPSULE)
    day = document["order"]["compounded_on"]
    return {
        "site": told.site,
        "of_day": int(day.replace("-", "")),
        "order_number": document["order_number"],
        "of_order": document["order_number"],
        "order_formulation": formulation["code"],
        "order_version": formulation["version"],
        "lot_number": told.subject,
        "preparation": formulation["name"],
        "formulation_code": formulation["code"],
        "formulation_version": formulation["version"],
        "strength_ng": nanograms(strength, MASS_PER_CAPSULE),
        "strength": format_dose(strength),
        "capsules": plan["capsules_to_make"],
        "compounded_on": day,
        "beyond_use_date": plan["beyond_use_date"],
        "status": "planned",
        "status_reason": "",
        "plan_number": document["plan_number"],
        "record": told.document,
        "record_sha256": digest(told.document),
        **changes.of("batches", row.site, told.subject),
    }


def of_past_batch(row: AnyRow, told: Told, document: Document, changes: Changes) -> Columns:
    batch = document["batch"]
    strength = kept_quantity(batch["strength"], MASS_PER_CAPSULE)
    return {
        "site": told.site,
        "of_day": int(batch["made_on"].replace("-", "")),
        "lot_number": batch["lot_number"],
        "lot_number_in_capitals": told.subject.removeprefix(SUBJECT).upper(),
        "preparation": batch["formulation"],
        "strength_ng": nanograms(strength, MASS_PER_CAPSULE),
        "strength": format_dose(strength),
        "capsules": batch["capsules"],
        "compounded_on": batch["made_on"],
        "beyond_use_date": batch["beyond_use_date"],
        "status": "past",
        "document": told.document,
        **changes.of("past_batches", row.site, row.id),
    }


def of_product(_: AnyRow, told: Told, document: Document, __: Changes) -> Columns:
    return {
        "site": told.site,
        "prefix": document["prefix"],
        "reference": document["reference"],
        "formulation_code": document["formulation"],
        "strength_ng": nanograms_in(document["strength"]),
        "gtin": told.subject.removeprefix("GTIN "),
    }


def of_plan(_: AnyRow, told: Told, document: Document, __: Changes) -> Columns:
    plan = written(document["plan"])
    return {
        "site": told.site,
        "of_batch": told.subject,
        "number": document["plan_number"],
        "document": plan,
        "sha256": digest(plan),
    }


def of_trituration(row: AnyRow, told: Told, document: Document, changes: Changes) -> Columns:
    return {
        "site": told.site,
        "order_number": document["order_number"],
        "of_order": document["order_number"],
        "lot_number": told.subject,
        "name": document["plan"]["name"],
        "ratio": document["plan"]["ratio"],
        "made_from": document["made_from"],
        "compounded_on": document["order"]["compounded_on"],
        "beyond_use_date": document["beyond_use_date"],
        "status": "planned",
        "status_reason": "",
        "lot_by_entry": None,
        "document": told.document,
        "sha256": digest(told.document),
        "made_document": None,
        **changes.of("triturations", row.site, told.subject),
    }
