"""Chosen modules are imported with their mutants, from memory: no file on disk is changed."""

import importlib
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

from bench.mutants.source import Changed


class Loader(SourceFileLoader):
    """Runs the code with the mutants in the place of the file's own."""

    def __init__(self, spec: ModuleSpec, files: Mapping[str, Changed]) -> None:
        super().__init__(spec.name, str(spec.origin))
        self.files = files

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.files[fullname].made.code, self.path, "exec", dont_inherit=True)


class Finder(MetaPathFinder):
    """Finds the chosen modules before anybody else does."""

    def __init__(self, files: Mapping[str, Changed]) -> None:
        self.files = files

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self.files:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec:
            spec.loader = Loader(spec, self.files)
        return spec


def load(files: Sequence[Changed]) -> None:
    """Import the files with their mutants, none of which is at work."""
    sys.meta_path.insert(0, Finder({file.module: file for file in files}))
    for file in files:
        importlib.import_module(file.module)
