"""Product numbers of the capsules of a bench."""

from contextlib import closing

from compounder.database.engine import open_database
from compounder.domain.units import MASS_PER_CAPSULE, parse_quantity
from compounder.services.acting import Acting
from compounder.services.product_numbers import product_numbers
from compounder.settings import Settings
from tests.services.orders import ANNA, MORNING, SITE

ACT = Acting(site=SITE, actor=ANNA, at=MORNING)
DOSES = [parse_quantity(text, MASS_PER_CAPSULE) for text in ("1.5 mg", "3 mg")]


def numbered_there(where: Settings) -> None:
    with closing(open_database(where.database_url)) as database, database.writing() as writing:
        product_numbers(writing, ACT, "9521234", "NTX-CAPS", DOSES)
