"""Which rows each entry makes: the tables as projections of the journal, one row an entry."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from compounder.database.audit import care_columns, columns, people_columns, quality_columns, recall_columns
from compounder.database.audit.columns import Changes, Columns, Document
from compounder.database.audit.entries import ENTRY_COLUMNS, Told, raw
from compounder.database.schema import (
    ApiTokenTable,
    BatchTable,
    BottleTable,
    FormulationTable,
    Gs1ItemTable,
    JournalTable,
    LeafletTable,
    LotTable,
    MeasurementTable,
    OpioidTable,
    OrderTable,
    PastBatchTable,
    PatientTable,
    PersonTable,
    PlanTable,
    PrescriptionTable,
    ProtocolTable,
    QualityTable,
    RecallContactTable,
    RecallTable,
    RecordTable,
    SettingsTable,
    TriturationTable,
)
from compounder.database.types import BATCHES_A_DAY, AnyRow
from compounder.domain.record.journal import EntryKind

AnyTable = Any


def _by_no_name(_: AnyRow) -> str:
    """Rows that no later entry changes."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """A table whose rows are made by entries of these kinds, one row an entry; `changed_as` is the name under which
    later entries change one."""

    table: AnyTable
    kinds: tuple[EntryKind, ...]
    rows: Select[Any]
    name: Callable[[AnyRow], str]
    columns: Callable[[AnyRow, Told, Document, Changes], Columns]
    changed_as: Callable[[AnyRow], object] = _by_no_name


def _rows(table: AnyTable, *more: Any) -> Select[Any]:
    """Every row of the table as it lies there, with its entry if there is one."""
    own = (raw(column) for column in table.__mapper__.column_attrs)
    joined = select(*own, *more, *ENTRY_COLUMNS).select_from(table)
    return joined.join(JournalTable, JournalTable.number == table.journal_number, isouter=True)


_earlier = aliased(TriturationTable)
_OF_ORDER: Final = raw(OrderTable.order_number, "of_order")
PROJECTIONS: Final = (
    Projection(
        table=SettingsTable,
        kinds=(EntryKind.SETTINGS_REVISED,),
        rows=_rows(SettingsTable),
        name=lambda row: f"version {row.version} of the settings",
        columns=columns.of_settings,
    ),
    Projection(
        table=FormulationTable,
        kinds=(EntryKind.FORMULATION_ADDED, EntryKind.FORMULATION_REVISED),
        rows=_rows(FormulationTable),
        name=lambda row: f"formulation {row.code} version {row.version}",
        columns=columns.of_formulation,
        changed_as=lambda row: f"{row.code} {row.version}",
    ),
    Projection(
        table=LotTable,
        kinds=(EntryKind.LOT_RECEIVED, EntryKind.TRITURATION_MADE),
        rows=_rows(LotTable),
        name=lambda row: f"ingredient lot {row.lot_number}",
        columns=columns.of_lot,
        changed_as=lambda row: row.id,
    ),
    Projection(
        table=MeasurementTable,
        kinds=(EntryKind.LOT_MEASURED,),
        rows=_rows(MeasurementTable),
        name=lambda row: f"measurement {row.id} of a lot",
        columns=columns.of_measurement,
    ),
    Projection(
        table=OrderTable,
        kinds=(EntryKind.ORDER_STORED,),
        rows=_rows(OrderTable),
        name=lambda row: f"order {row.order_number}",
        columns=columns.of_order,
    ),
    Projection(
        table=BatchTable,
        kinds=(EntryKind.BATCH_PLANNED,),
        rows=_rows(
            BatchTable,
            (BatchTable.id // BATCHES_A_DAY).label("of_day"),
            _OF_ORDER,
            raw(OrderTable.formulation_code, "order_formulation"),
            raw(OrderTable.formulation_version, "order_version"),
            raw(RecordTable.document, "record"),
            raw(RecordTable.sha256, "record_sha256"),
        )
        .join(OrderTable, OrderTable.id == BatchTable.order_id, isouter=True)
        .join(RecordTable, RecordTable.batch_id == BatchTable.id, isouter=True),
        name=lambda row: f"batch {row.lot_number}",
        columns=columns.of_batch,
        changed_as=lambda row: row.lot_number,
    ),
    Projection(
        table=Gs1ItemTable,
        kinds=(EntryKind.PRODUCT_NUMBERED,),
        rows=_rows(Gs1ItemTable),
        name=lambda row: f"product number {row.gtin}",
        columns=columns.of_product,
    ),
    Projection(
        table=PastBatchTable,
        kinds=(EntryKind.PAST_BATCH_ENTERED,),
        rows=_rows(PastBatchTable, (PastBatchTable.id // BATCHES_A_DAY).label("of_day")),
        name=lambda row: f"past batch {row.lot_number}",
        columns=columns.of_past_batch,
        changed_as=lambda row: row.id,
    ),
    Projection(
        table=PlanTable,
        kinds=(EntryKind.BATCH_PLANNED, EntryKind.PLAN_REVISED),
        rows=_rows(PlanTable, raw(BatchTable.lot_number, "of_batch")).join(
            BatchTable, BatchTable.id == PlanTable.batch_id, isouter=True
        ),
        name=lambda row: f"plan {row.number} of batch {row.of_batch}",
        columns=columns.of_plan,
    ),
    Projection(
        table=TriturationTable,
        kinds=(EntryKind.TRITURATION_PLANNED,),
        rows=_rows(
            TriturationTable,
            _OF_ORDER,
            raw(_earlier.lot_number, "made_from"),
            raw(LotTable.journal_number, "lot_by_entry"),
        )
        .join(OrderTable, OrderTable.id == TriturationTable.order_id, isouter=True)
        .join(_earlier, _earlier.id == TriturationTable.made_from_id, isouter=True)
        .join(LotTable, LotTable.id == TriturationTable.ingredient_lot_id, isouter=True),
        name=lambda row: f"trituration {row.lot_number}",
        columns=columns.of_trituration,
        changed_as=lambda row: row.lot_number,
    ),
    Projection(
        table=QualityTable,
        kinds=(EntryKind.CAPSULES_WEIGHED,),
        rows=_rows(
            QualityTable,
            raw(BatchTable.lot_number, "of_batch"),
            raw(RecordTable.document, "record"),
            raw(PlanTable.document, "plan"),
        )
        .join(BatchTable, BatchTable.id == QualityTable.batch_id, isouter=True)
        .join(RecordTable, RecordTable.batch_id == QualityTable.batch_id, isouter=True)
        .join(
            PlanTable,
            (PlanTable.batch_id == QualityTable.batch_id) & (PlanTable.number == QualityTable.plan_number),
            isouter=True,
        ),
        name=lambda row: f"what the capsules of batch {row.of_batch} weighed",
        columns=quality_columns.of_quality,
    ),
    Projection(
        table=PersonTable,
        kinds=(EntryKind.PERSON_ADDED,),
        rows=_rows(PersonTable),
        name=lambda row: f"person {row.sign_in_name}",
        columns=people_columns.of_person,
        changed_as=lambda row: row.sign_in_name,
    ),
    Projection(
        table=ApiTokenTable,
        kinds=(EntryKind.TOKEN_ISSUED,),
        rows=_rows(ApiTokenTable, raw(PersonTable.sign_in_name, "of_person")).join(
            PersonTable, PersonTable.id == ApiTokenTable.person_id, isouter=True
        ),
        name=lambda row: f"token {row.id}",
        columns=people_columns.of_token,
        changed_as=lambda row: row.id,
    ),
    Projection(
        table=ProtocolTable,
        kinds=(EntryKind.PROTOCOL_ADDED, EntryKind.PROTOCOL_REVISED, EntryKind.PROTOCOL_RETIRED),
        rows=_rows(ProtocolTable),
        name=lambda row: f"protocol {row.code} version {row.version}",
        columns=care_columns.of_protocol,
    ),
    Projection(
        table=OpioidTable,
        kinds=(
            EntryKind.OPIOID_ADDED,
            EntryKind.OPIOID_CORRECTED,
            EntryKind.OPIOID_VERIFIED,
            EntryKind.OPIOID_WITHDRAWN,
        ),
        rows=_rows(OpioidTable),
        name=lambda row: f"opioid {row.code} version {row.version}",
        columns=care_columns.of_opioid,
    ),
    Projection(
        table=LeafletTable,
        kinds=(EntryKind.LEAFLET_REVISED,),
        rows=_rows(LeafletTable),
        name=lambda row: f"version {row.version} of the leaflet",
        columns=care_columns.of_leaflet,
        changed_as=lambda row: row.version,
    ),
    Projection(
        table=PatientTable,
        kinds=(EntryKind.PATIENT_ADDED,),
        rows=_rows(PatientTable),
        name=lambda row: f"patient {row.identifier}",
        columns=care_columns.of_patient,
        changed_as=lambda row: row.identifier,
    ),
    Projection(
        table=PrescriptionTable,
        kinds=(EntryKind.PRESCRIPTION_ADDED,),
        rows=_rows(PrescriptionTable, raw(PatientTable.identifier, "of_patient")).join(
            PatientTable, PatientTable.id == PrescriptionTable.patient_id, isouter=True
        ),
        name=lambda row: f"prescription {row.number}",
        columns=care_columns.of_prescription,
        changed_as=lambda row: row.number,
    ),
    Projection(
        table=BottleTable,
        kinds=(EntryKind.BOTTLE_DISPENSED,),
        rows=_rows(BottleTable, raw(PrescriptionTable.number, "of_prescription")).join(
            PrescriptionTable, PrescriptionTable.id == BottleTable.prescription_id, isouter=True
        ),
        name=lambda row: f"bottle {row.number}",
        columns=care_columns.of_bottle,
    ),
    Projection(
        table=RecallTable,
        kinds=(EntryKind.RECALL_STARTED,),
        rows=_rows(RecallTable),
        name=lambda row: f"recall {row.number}",
        columns=recall_columns.of_recall,
        changed_as=lambda row: row.number,
    ),
    Projection(
        table=RecallContactTable,
        kinds=(EntryKind.RECALL_CONTACTED,),
        rows=_rows(RecallContactTable, raw(RecallTable.number, "of_recall"), raw(PatientTable.identifier, "of_patient"))
        .join(RecallTable, RecallTable.id == RecallContactTable.recall_id, isouter=True)
        .join(PatientTable, PatientTable.id == RecallContactTable.patient_id, isouter=True),
        name=lambda row: f"contact {row.id} of recall {row.of_recall}",
        columns=recall_columns.of_contact,
    ),
)
