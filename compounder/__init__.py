"""Compounder works out, records, prints and finds again the capsule batches of a compounding pharmacy.

Reading order: `domain/units`, `domain/stock`, `domain/formulary`, `domain/batch` (order → plan → review),
`domain/record`, `domain/care`, `codec`, `services`, `database`, `printing`, `web`, `checking`, `cli`.

Imports point one way: `web, cli → services → database, printing → domain`; everything may use `codec → domain`, and
`web` may hold the `Database`, name its refusals and read through `database/search`. `checking` stands between `cli`
and `services`. The tests in `tests/house` import each layer by itself and look at what came along.
"""

__version__ = "0.1.0"
