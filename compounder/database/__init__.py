"""SQLAlchemy, and only here: engine, types, schema, mapping, search.

Reading order: `engine`, `schema`, `journal`, then one module a topic (load → domain value, store ← domain value and the
number of the journal entry that says so), then `search`. Rows are read as columns; no mapped object leaves this room.
"""
