"""A small pharmacy to pull the plug of: the example's people, an approved formulation, two lots, an order as a pattern.

Everything in it was done before the recorder is put before the server, and is on the disk.
"""

import shutil
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from compounder import clock
from compounder.codec.converter import read
from compounder.database import formulations, journal
from compounder.database.engine import Connection
from compounder.domain.batch.order import StrengthLine
from compounder.domain.formulary.formulation import Approval
from compounder.domain.people.person import Signatory
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.second_entry import right_figures
from compounder.domain.stock.lots import IngredientLot, LotStatus
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.units import MASS_PER_CAPSULE, parse_quantity
from compounder.services.batches import batch_file
from compounder.services.example_people import OWNER, PHARMACIST, TECHNICIAN
from compounder.services.form_key import form_key
from compounder.services.formulations import approve_formulation
from compounder.services.lots import change_status, receive_lot
from compounder.services.orders import OrderRequest, lot_numbers_of, preview
from compounder.services.settings import revise_settings
from compounder.services.signatures import Signing
from compounder.services.storing import Storing, store_order
from compounder.services.workspace import open_workspace, site_settings
from compounder.settings import LOOPBACK_NAMES, Settings
from tests.services import people
from tests.services.orders import ANNA, CELLULOSE, HYDROCHLORIDE, a_balance

SITE, KEYS = "A", "keys"
STRENGTH, CAPSULES = "1.5 mg", 100
REASON = "A study over a year."


@dataclass(frozen=True, slots=True)
class Pharmacy:
    """A workspace, its two lots, and what a second person enters of a batch of 100 capsules of 1.5 mg."""

    settings: Settings
    drug: str
    filler: str
    answers: Mapping[str, str]

    @property
    def home(self) -> Path:
        """The folder of the workspace."""
        return self.settings.home

    def copied(self, home: Path) -> "Pharmacy":
        """The same pharmacy in another folder."""
        shutil.copytree(self.home, home)
        return self.at(home)

    def at(self, home: Path) -> "Pharmacy":
        """The same pharmacy, as whatever lies in that folder."""
        return replace(self, settings=_settings(home))


def _settings(home: Path, database_url: str = "") -> Settings:
    url = database_url or f"sqlite:///{home / 'compounder.db'}"
    return Settings(home=home, database_url=url, keys=home / KEYS, site=SITE, hosts=LOOPBACK_NAMES)


def a_pharmacy(home: Path, database_url: str = "") -> Pharmacy:
    """A pharmacy that may compound at once, in a new folder, or in the database at that address; its keys are made."""
    where = _settings(home, database_url)
    form_key(where.keys)
    return _opened(where, _sign)


def a_pharmacy_without_keys(home: Path) -> Pharmacy:
    """The same in which nobody signed yet: its keys are made by whoever asks for them first."""
    (home / KEYS).mkdir(parents=True)
    return _opened(_settings(home), _type_a_name)


def _opened(where: Settings, approve: Callable[[Connection, Settings], None]) -> Pharmacy:
    with closing(open_workspace(where, at=clock.now())) as database, database.writing() as writing:
        for person in (OWNER, PHARMACIST, TECHNICIAN):
            people.add(writing, person, at=clock.now())
        approve(writing, where)
        drug, filler = _prepare(writing)
        answers = _second_entry(writing, drug, filler)
    return Pharmacy(where, drug, filler, answers)


def _sign(writing: Connection, where: Settings) -> None:
    signing = Signing(site=SITE, signatory=Signatory(person=PHARMACIST), keys=where.keys, at=clock.now())
    approve_formulation(writing, "NTX-CAPS", 1, signing, reason=REASON)


def _type_a_name(writing: Connection, _: Settings) -> None:
    """As approvals were given before people signed."""
    approval = Approval(name=ANNA.name, at=clock.now(), reason=REASON)
    journal.append(
        writing,
        at=approval.at,
        actor=ANNA,
        site=SITE,
        subject="NTX-CAPS",
        kind=EntryKind.FORMULATION_APPROVED,
        document={"version": 1, "reason": REASON},
    )
    formulations.approve(writing, SITE, "NTX-CAPS", 1, approval)


def _prepare(writing: Connection) -> tuple[str, str]:
    first = site_settings(writing, SITE)
    balances = (a_balance("B1", "0.1 mg"),)
    revised = replace(first, version=2, balances=balances, is_example=True, reason="To be unplugged")
    revise_settings(writing, SITE, revised, actor=PHARMACIST.actor, at=clock.now())
    return in_use(writing, HYDROCHLORIDE), in_use(writing, CELLULOSE)


def in_use(writing: Connection, lot: Mapping[str, Any]) -> str:
    """The id of a hundred kilograms of this powder."""
    received = read({**lot, "quantity": "100 kg"}, IngredientLot)
    key, actor = lot["lot_number"], PHARMACIST.actor
    lot_id = receive_lot(writing, SITE, received, one_time_key=key, actor=actor, at=clock.now())
    change_status(writing, SITE, lot_id, LotStatus.IN_USE, reason="Checked", person=PHARMACIST, at=clock.now())
    return lot_id


def _second_entry(writing: Connection, drug: str, filler: str) -> Mapping[str, str]:
    """What is to be entered of the pattern, which is stored for that."""
    line = StrengthLine(strength=parse_quantity(STRENGTH, MASS_PER_CAPSULE), capsules=CAPSULES)
    request = OrderRequest(
        formulation="NTX-CAPS",
        version=1,
        active_lot=drug,
        filler_lot=filler,
        compounded_on=clock.now().date(),
        balances=(),
        capsule_size=CapsuleSize.THREE,
        strengths=(line,),
    )
    storing = Storing(
        site=SITE,
        request=request,
        decisions={},
        shown_sha256=preview(writing, SITE, request).sha256,
        one_time_key="pattern",
        actor=PHARMACIST.actor,
        at=clock.now(),
    )
    lot_number = lot_numbers_of(writing, SITE, store_order(writing, storing))[0]
    return right_figures(batch_file(writing, SITE, lot_number).record)
