"""What a row of weights must say: by its entry, and by the record and the plan of its batch, which are held against
theirs."""

import json

from compounder.codec.documents import from_stored, written
from compounder.database.audit.columns import Changes, Columns, Document
from compounder.database.audit.entries import Told
from compounder.database.types import AnyRow
from compounder.domain.quality.weights import CapsuleWeights
from compounder.domain.units import MASS, kept, quantity_text


def of_quality(row: AnyRow, told: Told, document: Document, _: Changes) -> Columns:
    """The columns of the weights that an entry tells."""
    record, plan = json.loads(row.record), json.loads(row.plan)
    weights = from_stored(written(document["weights"]), CapsuleWeights)
    return {
        "site": told.site,
        "of_batch": told.subject,
        "plan_number": document["plan_number"],
        "formulation_code": record["formulation"]["code"],
        "filler_lot_id": int(record["order"]["filler"]["lot"]["lot_id"]),
        "capsules": weights.count,
        "mean_net": quantity_text(weights.mean_net, MASS),
        "relative_standard_deviation": kept(weights.net.relative_standard_deviation),
        "theory": plan["fill_per_capsule"],
        "weighed_at": told.at,
    }
