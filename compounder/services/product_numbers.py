"""Product numbers (GTIN): where the site has a GS1 company prefix, each formulation in each strength has one for good.

It is given with the first batch that is stored, and stands in the record of each: so labels are printed again as they
were, whatever prefix the site has later.
"""

from collections.abc import Sequence

from compounder.database import gs1_items, running_numbers
from compounder.database.engine import Connection
from compounder.database.gs1_items import Product
from compounder.domain.errors import CompoundingError
from compounder.domain.gs1 import gtin, most_items
from compounder.domain.record.journal import EntryKind
from compounder.domain.units import MASS_PER_CAPSULE, MassPerCapsule, quantity_text
from compounder.services.acting import Acting, append


class NoItemLeft(CompoundingError):
    """A prefix under which every item reference is given."""

    code = "no-item-left"
    title = "The GS1 prefix is used up"
    prefix: str

    def __str__(self) -> str:
        return f"Every item under GS1 prefix {self.prefix} has its product; enter another prefix in the settings."


def product_numbers(
    connection: Connection, act: Acting, prefix: str, formulation_code: str, strengths: Sequence[MassPerCapsule]
) -> tuple[str, ...]:
    """The product number of each strength, given now where it has none; empty ones without a prefix."""
    if not prefix:
        return tuple("" for _ in strengths)
    products = (Product(prefix=prefix, formulation_code=formulation_code, strength=strength) for strength in strengths)
    return tuple(gs1_items.gtin_of(connection, act.site, each) or _give(connection, act, each) for each in products)


def _give(connection: Connection, act: Acting, product: Product) -> str:
    reference = running_numbers.next_item_reference(connection, act.site, product.prefix)
    if reference > most_items(product.prefix):
        raise NoItemLeft(prefix=product.prefix)
    given = gtin(product.prefix, reference)
    document = {
        "prefix": product.prefix,
        "reference": reference,
        "formulation": product.formulation_code,
        "strength": quantity_text(product.strength, MASS_PER_CAPSULE),
        "gtin": given,
    }
    entry = append(connection, act, f"GTIN {given}", EntryKind.PRODUCT_NUMBERED, document)
    gs1_items.add(connection, act.site, product, reference=reference, gtin=given, journal_number=entry.number)
    return given
