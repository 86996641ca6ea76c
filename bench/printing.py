"""What paper costs, against WeasyPrint's own empty page in the same run: `python -m bench printing`.

Processor time, the least of interleaved runs; memory is the most the process held. Trust the ratios.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path  # noqa: F401 - the fresh process asks for it

from weasyprint import HTML

from bench.table import Row, Target, Work
from compounder.printing.paper import LARGE, SHEET_A4, SMALL, Paper
from compounder.printing.pdf import render_labels, render_worksheets
from tests.printing.papers import a_label, a_worksheet

DIFFERENT = [a_label(lot_number=f"261121A{number:04}", strength=f"{number + 1} mg") for number in range(100)]
FIGURES: dict[str, Work] = {
    "WeasyPrint's empty page": lambda: HTML(string="<!doctype html><html lang=en><title>-</title>").write_pdf(),
    "one label, 62 × 29 mm": lambda: render_labels([a_label()], SMALL, copies=1),
    "one label, 100 × 50 mm": lambda: render_labels([a_label()], LARGE, copies=1),
    "one sheet of 14": lambda: render_labels([a_label()], SHEET_A4, copies=14),
    "1,000 copies, 62 × 29 mm": lambda: render_labels([a_label()], SMALL, copies=1000),
    "1,000 copies, 100 × 50 mm": lambda: render_labels([a_label()], LARGE, copies=1000),
    "1,000 copies on sheets": lambda: render_labels([a_label()], SHEET_A4, copies=1000),
    "100 different labels, each": lambda: render_labels(DIFFERENT, SMALL, copies=1),
    "worksheet of one batch": lambda: render_worksheets([a_worksheet()], Paper.A4),
}
EACH = {"100 different labels, each": 100}
NOTHING, TWICE = None, Target(times=2)
ROWS = (
    ("one label, 62 × 29 mm", "WeasyPrint's empty page", Target(times=2.5)),
    ("one label, 100 × 50 mm", "WeasyPrint's empty page", Target(times=2.5)),
    ("one sheet of 14", "WeasyPrint's empty page", NOTHING),
    ("1,000 copies, 62 × 29 mm", "one label, 62 × 29 mm", TWICE),
    ("1,000 copies, 100 × 50 mm", "one label, 100 × 50 mm", TWICE),
    ("1,000 copies on sheets", "one sheet of 14", TWICE),
    ("100 different labels, each", "WeasyPrint's empty page", Target(times=1.4)),
    ("worksheet of one batch", "WeasyPrint's empty page", Target(times=40)),
)


def least_seconds(runs: int) -> dict[str, float]:
    """The least processor time of each figure, warmed up, interleaved."""
    least = dict.fromkeys(FIGURES, float("inf"))
    for _ in range(runs):
        for name, work in FIGURES.items():
            began = time.process_time()
            work()
            least[name] = min(least[name], (time.process_time() - began) / EACH.get(name, 1))
    return least


def megabytes_held(copies: int) -> float:
    """The most memory a fresh process held that printed `copies` of a label."""
    program = (
        "from bench.printing import *\n"
        f"render_labels([a_label()], SMALL, copies={copies})\n"
        "print(Path('/proc/self/status').read_text())"
    )
    answer = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return int(answer.stdout.partition("VmHWM:")[2].split()[0]) / 1024


def rows(runs: int = 15) -> Iterator[Row]:
    """Every paper, then the memory of a thousand copies."""
    least = least_seconds(runs)
    for name, floor, target in ROWS:
        yield Row(figure=name, measured=least[name], floor=floor, floor_measured=least[floor], target=target)
    yield Row(
        figure="1,000 copies, memory",
        measured=megabytes_held(1000),
        floor="one copy",
        floor_measured=megabytes_held(1),
        target=TWICE,
        unit="MB",
    )
