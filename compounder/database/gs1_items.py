"""Item references under a site's GS1 company prefix: the next number of its series, given once and never again."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select

from compounder.database.schema import Gs1ItemTable
from compounder.database.types import nanograms
from compounder.domain.units import MASS_PER_CAPSULE, MassPerCapsule

_ADD: Final = insert(Gs1ItemTable)
_GTIN: Final = select(Gs1ItemTable.gtin).where(
    Gs1ItemTable.site == bindparam("site"),
    Gs1ItemTable.prefix == bindparam("prefix"),
    Gs1ItemTable.formulation_code == bindparam("formulation_code"),
    Gs1ItemTable.strength_ng == bindparam("strength_ng"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What has a product number: a formulation in one strength, under a prefix."""

    prefix: str
    formulation_code: str
    strength: MassPerCapsule


def gtin_of(connection: Connection, site: str, product: Product) -> str | None:
    """The product number; None for a product that has none yet."""
    return connection.scalar(_GTIN, {"site": site, **_columns(product)})


def add(connection: Connection, site: str, product: Product, *, reference: int, gtin: str, journal_number: int) -> None:
    """Keep the item reference of a product."""
    row = {**_columns(product), "reference": reference, "gtin": gtin}
    connection.execute(_ADD, {"site": site, **row, "journal_number": journal_number})


def _columns(product: Product) -> dict[str, object]:
    return {
        "prefix": product.prefix,
        "formulation_code": product.formulation_code,
        "strength_ng": nanograms(product.strength, MASS_PER_CAPSULE),
    }
