"""Lots that are no powder as it is bought, as documents: tablets, and what is left of a trituration."""

from collections.abc import Mapping
from typing import Any

from tests.services.orders import HYDROCHLORIDE

TEN = "248.2 251.7 249.8 250.5 252.1 248.9 251.3 249.6 250.8 251.0"
TWENTY = f"{TEN}\n{TEN}"
"""Twice the ten tablets of the worked example: mean 250.39 mg."""
TABLETS: Mapping[str, Any] = {
    **{name: value for name, value in HYDROCHLORIDE.items() if name != "certificate"},
    "lot_number": "TAB-77",
    "maker": "Tablet Works",
    "grade": "50 mg tablets",
    "pack_statistics": {"3": "130 mg"},
    "tablets": {"tablet_strength": "50 mg", "weights": [f"{weight} mg" for weight in TWENTY.split()]},
}
TRITURATION: Mapping[str, Any] = {
    **HYDROCHLORIDE,
    "lot_number": "261122A004K",
    "maker": "Example Pharmacy",
    "grade": "trituration 1:10",
    "quantity": "1.2 g",
    "expires_on": "2027-11-20",
    "trituration": {
        "ratio": "1:10",
        "active_fraction": "0.1001",
        "diluent": "microcrystalline cellulose",
        "budget": [
            {"term": "261122A004K: naltrexone hydrochloride", "percent": "0.24"},
            {"term": "261122A004K: microcrystalline cellulose", "percent": "0.0267"},
        ],
    },
}
