"""What stands on a container label, in finished strings."""

from dataclasses import dataclass

from compounder.printing.documents import Pharmacy


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelDocument:
    """A container label, of a batch or a trituration.

    On 62 × 29 mm only preparation, strength, form, lot number and beyond-use date are printed.
    """

    pharmacy: Pharmacy
    preparation: str
    strength: str
    form: str
    strength_basis: str = ""  # "as naltrexone hydrochloride"; empty where the preparation's own name says it
    quantity: str  # "100 capsules"
    lot_number: str
    beyond_use_date: str
    storage: str = ""  # empty at room temperature
    statement: str = "Compounded preparation"
    texts: tuple[str, ...] = ()  # the formulation's own label texts
    is_example: bool = False
    gtin: str = ""  # "09521234000013"; empty where the pharmacy has no GS1 prefix
    elements: str = ""  # "(01)09521234000013(17)271120(10)261121A0077", what its code says then
