"""Which rows each entry makes: the tables as projections of the journal, one row an entry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, select
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


@dataclass(frozen=True, kw_only=True)
class Projection:
    """A table whose rows are made by entries of these kinds, one row an entry. `called` names a row by its columns, and
    `changed_as` are those under which later entries change it, none where no entry does. `more` is asked of the tables
    `beside` it, each with how its row is found, where there is one."""

    table: AnyTable
    kinds: tuple[EntryKind, ...]
    called: str
    columns: Callable[[AnyRow, Told, Document, Changes], Columns]
    changed_as: tuple[str, ...] = ()
    more: tuple[Any, ...] = ()
    beside: Mapping[AnyTable, ColumnElement[bool]] = field(default_factory=dict)

    @cached_property
    def rows(self) -> Select[Any]:
        """Every row of the table as it lies there, with its entry if there is one."""
        own = (raw(column) for column in self.table.__mapper__.column_attrs)
        asked = select(*own, *self.more, *ENTRY_COLUMNS).select_from(self.table)
        asked = asked.join(JournalTable, JournalTable.number == self.table.journal_number, isouter=True)
        for table, found in self.beside.items():
            asked = asked.join(table, found, isouter=True)
        return asked

    def name(self, row: AnyRow) -> str:
        """What a sentence calls a row."""
        return self.called.format_map(row._mapping)

    def changed_name(self, row: AnyRow) -> str:
        """The name under which later entries change a row."""
        return " ".join(str(getattr(row, column)) for column in self.changed_as)


_earlier = aliased(TriturationTable)
_OF_ORDER: Final = raw(OrderTable.order_number, "of_order")
_OF_BATCH: Final = raw(BatchTable.lot_number, "of_batch")
_OF_PATIENT: Final = raw(PatientTable.identifier, "of_patient")
PROJECTIONS: Final = (
    Projection(
        table=SettingsTable,
        kinds=(EntryKind.SETTINGS_REVISED,),
        called="version {version} of the settings",
        columns=columns.of_settings,
    ),
    Projection(
        table=FormulationTable,
        kinds=(EntryKind.FORMULATION_ADDED, EntryKind.FORMULATION_REVISED),
        called="formulation {code} version {version}",
        columns=columns.of_formulation,
        changed_as=("code", "version"),
    ),
    Projection(
        table=LotTable,
        kinds=(EntryKind.LOT_RECEIVED, EntryKind.TRITURATION_MADE),
        called="ingredient lot {lot_number}",
        columns=columns.of_lot,
        changed_as=("id",),
    ),
    Projection(
        table=MeasurementTable,
        kinds=(EntryKind.LOT_MEASURED,),
        called="measurement {id} of a lot",
        columns=columns.of_measurement,
    ),
    Projection(
        table=OrderTable,
        kinds=(EntryKind.ORDER_STORED,),
        called="order {order_number}",
        columns=columns.of_order,
    ),
    Projection(
        table=BatchTable,
        kinds=(EntryKind.BATCH_PLANNED,),
        more=(
            (BatchTable.id // BATCHES_A_DAY).label("of_day"),
            _OF_ORDER,
            raw(OrderTable.formulation_code, "order_formulation"),
            raw(OrderTable.formulation_version, "order_version"),
            raw(RecordTable.document, "record"),
            raw(RecordTable.sha256, "record_sha256"),
        ),
        beside={OrderTable: OrderTable.id == BatchTable.order_id, RecordTable: RecordTable.batch_id == BatchTable.id},
        called="batch {lot_number}",
        columns=columns.of_batch,
        changed_as=("lot_number",),
    ),
    Projection(
        table=Gs1ItemTable,
        kinds=(EntryKind.PRODUCT_NUMBERED,),
        called="product number {gtin}",
        columns=columns.of_product,
    ),
    Projection(
        table=PastBatchTable,
        kinds=(EntryKind.PAST_BATCH_ENTERED,),
        more=((PastBatchTable.id // BATCHES_A_DAY).label("of_day"),),
        called="past batch {lot_number}",
        columns=columns.of_past_batch,
        changed_as=("id",),
    ),
    Projection(
        table=PlanTable,
        kinds=(EntryKind.BATCH_PLANNED, EntryKind.PLAN_REVISED),
        more=(_OF_BATCH,),
        beside={BatchTable: BatchTable.id == PlanTable.batch_id},
        called="plan {number} of batch {of_batch}",
        columns=columns.of_plan,
    ),
    Projection(
        table=TriturationTable,
        kinds=(EntryKind.TRITURATION_PLANNED,),
        more=(_OF_ORDER, raw(_earlier.lot_number, "made_from"), raw(LotTable.journal_number, "lot_by_entry")),
        beside={
            OrderTable: OrderTable.id == TriturationTable.order_id,
            _earlier: _earlier.id == TriturationTable.made_from_id,
            LotTable: LotTable.id == TriturationTable.ingredient_lot_id,
        },
        called="trituration {lot_number}",
        columns=columns.of_trituration,
        changed_as=("lot_number",),
    ),
    Projection(
        table=QualityTable,
        kinds=(EntryKind.CAPSULES_WEIGHED,),
        more=(_OF_BATCH, raw(RecordTable.document, "record"), raw(PlanTable.document, "plan")),
        beside={
            BatchTable: BatchTable.id == QualityTable.batch_id,
            RecordTable: RecordTable.batch_id == QualityTable.batch_id,
            PlanTable: (PlanTable.batch_id == QualityTable.batch_id) & (PlanTable.number == QualityTable.plan_number),
        },
        called="what the capsules of batch {of_batch} weighed",
        columns=quality_columns.of_quality,
    ),
    Projection(
        table=PersonTable,
        kinds=(EntryKind.PERSON_ADDED,),
        called="person {sign_in_name}",
        columns=people_columns.of_person,
        changed_as=("sign_in_name",),
    ),
    Projection(
        table=ApiTokenTable,
        kinds=(EntryKind.TOKEN_ISSUED,),
        more=(raw(PersonTable.sign_in_name, "of_person"),),
        beside={PersonTable: PersonTable.id == ApiTokenTable.person_id},
        called="token {id}",
        columns=people_columns.of_token,
        changed_as=("id",),
    ),
    Projection(
        table=ProtocolTable,
        kinds=(EntryKind.PROTOCOL_ADDED, EntryKind.PROTOCOL_REVISED, EntryKind.PROTOCOL_RETIRED),
        called="protocol {code} version {version}",
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
        called="opioid {code} version {version}",
        columns=care_columns.of_opioid,
    ),
    Projection(
        table=LeafletTable,
        kinds=(EntryKind.LEAFLET_REVISED,),
        called="version {version} of the leaflet",
        columns=care_columns.of_leaflet,
        changed_as=("version",),
    ),
    Projection(
        table=PatientTable,
        kinds=(EntryKind.PATIENT_ADDED,),
        called="patient {identifier}",
        columns=care_columns.of_patient,
        changed_as=("identifier",),
    ),
    Projection(
        table=PrescriptionTable,
        kinds=(EntryKind.PRESCRIPTION_ADDED,),
        more=(_OF_PATIENT,),
        beside={PatientTable: PatientTable.id == PrescriptionTable.patient_id},
        called="prescription {number}",
        columns=care_columns.of_prescription,
        changed_as=("number",),
    ),
    Projection(
        table=BottleTable,
        kinds=(EntryKind.BOTTLE_DISPENSED,),
        more=(raw(PrescriptionTable.number, "of_prescription"),),
        beside={PrescriptionTable: PrescriptionTable.id == BottleTable.prescription_id},
        called="bottle {number}",
        columns=care_columns.of_bottle,
    ),
    Projection(
        table=RecallTable,
        kinds=(EntryKind.RECALL_STARTED,),
        called="recall {number}",
        columns=recall_columns.of_recall,
        changed_as=("number",),
    ),
    Projection(
        table=RecallContactTable,
        kinds=(EntryKind.RECALL_CONTACTED,),
        more=(raw(RecallTable.number, "of_recall"), _OF_PATIENT),
        beside={
            RecallTable: RecallTable.id == RecallContactTable.recall_id,
            PatientTable: PatientTable.id == RecallContactTable.patient_id,
        },
        called="contact {id} of recall {of_recall}",
        columns=recall_columns.of_contact,
    ),
)
