"""What the pages read directly: the history of batches, counts of it, and the list of ingredient lots."""

from compounder.database.search.counts import by_month, by_status, by_strength, capsules_made, count_text
from compounder.database.search.expiring import expiring_batches
from compounder.database.search.filters import BatchFilter
from compounder.database.search.history import (
    BatchRow,
    Page,
    batches_beginning,
    batches_of_order,
    batches_using,
    every_batch,
    longest_waiting,
    search_batches,
)
from compounder.database.search.ingredient_lots import LotFilter, LotPage, LotRow, expiring_lots, search_lots

__all__ = [
    "BatchFilter",
    "BatchRow",
    "LotFilter",
    "LotPage",
    "LotRow",
    "Page",
    "batches_beginning",
    "batches_of_order",
    "batches_using",
    "by_month",
    "by_status",
    "by_strength",
    "capsules_made",
    "count_text",
    "every_batch",
    "expiring_batches",
    "expiring_lots",
    "longest_waiting",
    "search_batches",
    "search_lots",
]
