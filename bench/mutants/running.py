"""The tests against each mutant: collected once, and run in a process split off for each, until the first that fails.

Which tests run a function is found out beforehand, with nothing changed. Of these come first those that saw most of its
other mutants, then from each file of tests in turn the one that runs least else; and only so many as take two seconds
together: what they do not see counts as alive. A mutant that takes many times the processor time that its tests take
otherwise is stopped, and counts as seen.
"""

import gc
import os
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import _lru_cache_wrapper
from itertools import accumulate
from math import ceil
from pathlib import Path
from typing import Any, NoReturn

import pytest
from _pytest.runner import runtestprotocol

from bench.mutants.source import COPY, ORIGINAL, Changed
from bench.mutants.switching import follow, let_work

EXAMPLES, SECONDS, MOST_TESTS = 5, 2, 250
LEAST_SECONDS, TIMES_AS_LONG, MOST_MEMORY = 3, 3, 4 * 2**30


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
        self.functions: dict[pytest.Item, int] = {}
        self.seen_by: dict[str, Counter[pytest.Item]] = defaultdict(Counter)
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
        found = set[str]()
        follow(found)
        began = time.process_time()
        has_passed = passes(item)
        self.seconds[item] = time.process_time() - began
        self.functions[item] = len(found)
        for function in found if has_passed else ():
            self.tests_of[function].append(item)

    def _end(self, mutant: str) -> End:
        tests = self._tests_of(mutant)
        if not tests:
            return End.UNTOUCHED
        process = os.fork()
        if not process:
            self._try(mutant, tests)
        _, status = os.waitpid(process, 0)
        if os.WIFSIGNALED(status):
            return End.STOPPED
        if not os.WEXITSTATUS(status):
            return End.ALIVE
        self.seen_by[function_of(mutant)][tests[os.WEXITSTATUS(status) - 1]] += 1
        return End.KILLED

    def _tests_of(self, mutant: str) -> list[pytest.Item]:
        """The most promising first, for as long as it takes; the first at any rate."""
        function = function_of(mutant)
        closest = sorted(self.tests_of[function], key=lambda test: (self.functions[test], self.seconds[test]))
        files: dict[Path, list[pytest.Item]] = defaultdict(list)
        for test in closest:
            files[test.path].append(test)
        rounds = {test: turn for tests in files.values() for turn, test in enumerate(tests)}
        tests = sorted(closest, key=lambda test: (-self.seen_by[function][test], rounds[test]))
        spent = accumulate((self.seconds[test] for test in tests), initial=0.0)
        return [test for test, before in zip(tests, spent, strict=False) if before <= SECONDS][:MOST_TESTS]

    def _try(self, mutant: str, tests: Sequence[pytest.Item]) -> NoReturn:
        """In a process of its own: leave it with the number of the first test that fails, with 0 if none does."""
        most = LEAST_SECONDS + ceil(TIMES_AS_LONG * sum(self.seconds[test] for test in tests))
        resource.setrlimit(resource.RLIMIT_CPU, (most, most + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        for cache in self.caches:
            cache.cache_clear()
        let_work(mutant)
        seen_by = 1
        try:
            seen_by = next((number for number, test in enumerate(tests, 1) if not passes(test)), 0)
        finally:  # a test that breaks off has seen it; the run itself goes on in the other process only
            os._exit(seen_by)


def is_cache_of_ours(found: object) -> bool:
    """Whether it remembers answers that a mutant would give otherwise."""
    return isinstance(found, _lru_cache_wrapper) and found.__module__.startswith("compounder.")


def function_of(mutant: str) -> str:
    """The name of what a mutant is made of."""
    return mutant.rpartition(COPY)[0]


def passes(item: pytest.Item) -> bool:
    """Whether the test passes, its fixtures made for it alone."""
    return all(report.outcome != "failed" for report in runtestprotocol(item, log=False))
