"""The tests against each mutant: collected once, and run in a process split off for each, until the first that fails.

Which tests run a function is found out beforehand, with nothing changed; of these the quickest come first. A mutant
that takes many times the processor time that its tests take otherwise is stopped, and counts as seen.
"""

import gc
import os
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import _lru_cache_wrapper
from math import ceil
from typing import Any, NoReturn

import pytest
from _pytest.runner import runtestprotocol
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state

from bench.mutants.source import COPY, ORIGINAL, Changed

EXAMPLES = 10
LEAST_SECONDS, TIMES_AS_LONG = 5, 10


class End(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    STOPPED = "stopped"
    ALIVE = "alive"
    UNTOUCHED = "no test"


class Run:
    """A plugin of pytest that runs every mutant of the files where pytest would run every test once."""

    def __init__(self, files: Sequence[Changed], tell: Callable[[Changed, dict[str, End]], None]) -> None:
        self.files, self.tell = files, tell
        self.tests_of: dict[str, list[pytest.Item]] = defaultdict(list)
        self.seconds: dict[pytest.Item, float] = {}
        self.caches: list[Any] = []

    def pytest_configure(self) -> None:
        """Fewer examples of each property, and no search for the smallest that fails: one is enough."""
        import hypothesis  # by now pytest has taken it up as its plugin

        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        usual = hypothesis.settings.get_profile("gate")
        hypothesis.settings.register_profile("mutants", usual, max_examples=EXAMPLES, phases=phases)
        hypothesis.settings.load_profile("mutants")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Each function's copies bring its examples along; once is enough."""
        items[:] = [item for item in items if COPY not in item.name or item.name.endswith(ORIGINAL)]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Find out which tests run what, then try every mutant."""
        for item in session.items:
            self._follow(item)
        self.caches = [each for each in gc.get_objects() if is_cache_of_ours(each)]
        gc.freeze()
        for file in self.files:
            self.tell(file, {mutant: self._end(mutant) for mutant in file.mutants})
        return True

    def _follow(self, item: pytest.Item) -> None:
        """Run a test with nothing changed, and keep which functions it ran and how long it took; one that fails then
        sees nothing."""
        set_mutant_under_test("stats")
        began = time.process_time()
        has_passed = passes(item)
        self.seconds[item] = time.process_time() - began
        set_mutant_under_test("")
        for function in state()._stats if has_passed else ():
            self.tests_of[function].append(item)
        state()._stats.clear()

    def _end(self, mutant: str) -> End:
        tests = sorted(self.tests_of[mutant.rpartition(COPY)[0]], key=self.seconds.__getitem__)
        if not tests:
            return End.UNTOUCHED
        process = os.fork()
        if not process:
            self._try(mutant, tests)
        _, status = os.waitpid(process, 0)
        if os.WIFSIGNALED(status):
            return End.STOPPED
        return End.KILLED if os.WEXITSTATUS(status) else End.ALIVE

    def _try(self, mutant: str, tests: Sequence[pytest.Item]) -> NoReturn:
        """In a process of its own: leave it with 1 at the first test that fails, with 0 if none does."""
        most = LEAST_SECONDS + ceil(TIMES_AS_LONG * sum(self.seconds[test] for test in tests))
        resource.setrlimit(resource.RLIMIT_CPU, (most, most + 1))
        for cache in self.caches:
            cache.cache_clear()
        set_mutant_under_test(mutant)
        os._exit(0 if all(map(passes, tests)) else 1)


def is_cache_of_ours(found: object) -> bool:
    """Whether it remembers answers that a mutant would give otherwise."""
    return isinstance(found, _lru_cache_wrapper) and found.__module__.startswith("compounder.")


def passes(item: pytest.Item) -> bool:
    """Whether the test passes, its fixtures made for it alone."""
    return all(report.outcome != "failed" for report in runtestprotocol(item, log=False))
