"""A source file with all its mutants beside the functions they are made of, by mutmut.

mutmut changes numbers, operators, comparisons, arguments and words inside functions; not what stands outside of them,
as tables do. Two rules are ours. It leaves decorated functions alone, for a decorator would run at each copy; half the
rules are properties, so a decorator moves below its function: `total = property(total)`. And sentences are left alone:
a text with a space in it is for people, a text without is a code or a key, and is changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import libcst as cst
from mutmut.mutation.file_mutation import MutatedFile, combine_mutations_to_source, create_mutations
from mutmut.mutation.trampoline_templates import trampoline_imports

MOVED = {"property", "cached_property", "cache"}
COPY = "__mutmut_"
ORIGINAL = f"{COPY}orig"
SWITCH = "from bench.mutants.switching import MutantDict, switchable as _mutmut_mutated"


class DecoratorsBelow(cst.CSTTransformer):
    """Every decorator that wants nothing but the function, as a statement below it."""

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.FlattenSentinel[cst.BaseStatement]:
        match updated_node.decorators:
            case [cst.Decorator(decorator=cst.Name(value=decorator))] if decorator in MOVED:
                name = original_node.name.value
                below = cst.parse_statement(f"{name} = {decorator}({name})")
                return cst.FlattenSentinel([updated_node.with_changes(decorators=[]), below])
        return updated_node


@dataclass(frozen=True)
class Changed:
    """A source file: where it is, its module's name, and the code with every mutant in it."""

    path: Path
    module: str
    made: MutatedFile

    @cached_property
    def lines(self) -> list[str]:
        return self.made.code.splitlines()

    @property
    def mutants(self) -> list[str]:
        return [f"{self.module}.{name}" for name in self.made.mutant_names]

    def told(self, mutant: str) -> Iterator[str]:
        """The function that a mutant is made of, and the lines in which it differs."""
        name = mutant.rpartition(".")[2]
        function, number = name.split(COPY)
        yield f"{function.removeprefix('x_').removeprefix('xǁ').replace('ǁ', '.')} {number}"
        before, after = self._function(f"{function}{ORIGINAL}"), self._function(name)
        yield from (f"    - {line.strip()}" for line in before if line not in after)
        yield from (f"    + {line.strip()}" for line in after if line not in before)

    def _function(self, name: str) -> list[str]:
        span = self.made.line_span_by_function_name[name]
        return [line.replace(name, "") for line in self.lines[span.start - 1 : span.end]]


def changed(path: Path) -> Changed:
    """The file with its mutants; the path is relative to the checkout."""
    source = cst.parse_module(path.read_text(encoding="utf-8")).visit(DecoratorsBelow()).code
    module, mutations, classes, functions = create_mutations(str(path), source)
    kept = [each for each in mutations if not is_sentence(each.original_node)]
    made = combine_mutations_to_source(module, kept, classes, functions)
    code = made.code.replace(trampoline_imports.strip(), SWITCH)
    return Changed(path, ".".join(path.with_suffix("").parts), replace(made, code=code))


def is_sentence(node: cst.CSTNode) -> bool:
    """Whether the node is a text for people."""
    return isinstance(node, cst.SimpleString) and " " in str(node.evaluated_value)
