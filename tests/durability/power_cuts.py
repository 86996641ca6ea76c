"""Power cuts: a recording of the real server at work, and what its workspace holds when the power goes during it."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.durability.disk import Disk, files_in
from tests.durability.holding import faults_of
from tests.durability.pharmacy import KEYS, Pharmacy
from tests.durability.serving import PROGRAM, serving
from tests.durability.visiting import Acknowledged, Bench
from tests.fixtures.recorder import Event, Kind, recorder_of

BENCHES = 2


@dataclass(frozen=True, slots=True)
class Recording:
    """What was on the disk before, everything that was done to it since, and what people were told meanwhile."""

    before: Pharmacy
    served: Pharmacy
    events: Sequence[Event]
    told: Sequence[Acknowledged]

    def disk(self) -> Disk:
        """The disk before anything was done."""
        return Disk.of(self.served.home, self.before.home)

    def unseen(self) -> list[str]:
        """The files that hold something else than the recorded writes make of them: those went past the recorder."""
        disk = self.disk()
        for event in self.events:
            disk.do(event)
        whole, there = disk.whole(), files_in(self.served.home)
        if not any(event.kind is Kind.WRITTEN for event in self.events):
            return ["every file: no write was seen at all"]
        return sorted(name for name in whole.keys() | there.keys() if whole.get(name) != there.get(name))

    def moments(self, how_many: int, chance: Random) -> list[int]:
        """Numbers of events after which the power goes: half of them when an answer had just come, half anywhere."""
        ends = [event.until for event in self.events]
        answered = [ends.index(act.position) for act in self.told if act.position in ends]
        return sorted(chance.choice(answered if chance.random() < 0.5 else range(len(ends))) for _ in range(how_many))

    def images(self, how_many: int, seed: int) -> Iterator[tuple[Event, Mapping[str, bytes]]]:
        """The last event before each power cut, and every file as the disk may have it then."""
        chance, disk, done = Random(seed), self.disk(), 0
        for moment in self.moments(how_many, chance):
            for event in self.events[done : moment + 1]:
                disk.do(event)
            done = moment + 1
            yield self.events[moment], disk.cut(chance)


def recorded(
    before: Pharmacy,
    home: Path,
    library: Path,
    *,
    rounds: int,
    program: Sequence[str] = PROGRAM,
    at_once: int = BENCHES,
) -> Recording:
    """A copy of the pharmacy at `home`, served to people at so many benches at once until each did so many rounds."""
    served = before.copied(home)
    recorder = recorder_of(library, home)
    with serving(served, recorder, program, workers=at_once) as address, ThreadPoolExecutor(at_once) as pool:
        benches = [Bench(address, served, recorder.position) for _ in range(at_once)]
        list(pool.map(lambda bench: bench.work(rounds), benches))
    told = [act for bench in benches for act in bench.done]
    return Recording(before, served, list(recorder.events()), told)


def found_after_power_cuts(recording: Recording, folder: Path, how_many: int, seed: int) -> dict[str, list[str]]:
    """What is wrong after each power cut that did harm, by the cut's number and the length of the record then."""
    found = {}
    for number, (last, image) in enumerate(recording.images(how_many, seed)):
        home = folder / "image"
        (home / KEYS).mkdir(parents=True)
        for name, content in image.items():
            (home / name).write_bytes(content)
        told = [act for act in recording.told if act.position <= last.until]
        if faults := faults_of(recording.before.at(home).settings, told):
            found[f"cut {number} of seed {seed} at {last.until}"] = faults
        shutil.rmtree(home)
    return found
