"""The trend of capsule weights, by formulation and by filler lot: the last fifty batches, the newest first."""

from dataclasses import dataclass

from compounder.database import formulations, lots, quality
from compounder.database.engine import Connection
from compounder.database.quality import WeighedBatch
from compounder.domain.formulary.formulation import QualityLimits
from compounder.domain.quality.control_chart import FEWEST
from compounder.domain.quality.trend import Trend, trend
from compounder.domain.stock.lots import IngredientLot


@dataclass(frozen=True, slots=True, kw_only=True)
class Trended:
    """The batches of a trend, the newest first; `limits` are the formulation's where all of them are of one."""

    batches: tuple[WeighedBatch, ...]
    limits: QualityLimits | None

    @property
    def trend(self) -> Trend | None:
        """Their charts; None of fewer batches than control limits come from."""
        return trend([batch.weights for batch in self.batches]) if len(self.batches) >= FEWEST else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulationTrend(Trended):
    """Of a formulation, by its name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FillerTrend(Trended):
    """Of an ingredient lot that fills capsules up."""

    lot: IngredientLot


def trend_of_formulation(connection: Connection, site: str, code: str) -> FormulationTrend:
    """The trend of a formulation's batches, whatever their version; refuses with `NotFound`.

    Their limits are those of the version in use; before one is approved, of the newest.
    """
    stored = formulations.latest_approved(connection, site, code) or formulations.latest(connection, site, code)
    return FormulationTrend(
        code=code,
        name=stored.formulation.name,
        batches=quality.of_formulation(connection, site, code),
        limits=stored.formulation.quality,
    )


def trend_of_filler_lot(connection: Connection, site: str, lot_id: str) -> FillerTrend:
    """The trend of the batches filled up from a lot; refuses with `NotFound`."""
    stored = lots.load(connection, site, lot_id)
    return FillerTrend(lot=stored.lot, batches=quality.of_filler_lot(connection, site, stored.lot_id), limits=None)
