"""The audit: every row read as it lies there, and held against the journal; nothing written beside it is believed.

`snapshot` one state of the database, `entries` the journal and its tree, `replay` each table's rows against the
entries that made them (`projections`), `signed` what was signed and each step of a batch, `ledger` the stock, `recall`
what was made from which lot, `past_lots` which lots the records of past batches name, `prescribed` the capsules of
prescriptions, `capsules` those on the shelf. What does not fit is a `Finding`. Sessions, links, wrong passwords and
what balances offer come and go without the journal, and are not looked at: what was taken of an offer is in its entry.
"""
