"""What a diff says besides its plan, in lines that begin with their mark: +, -, ~ or !."""

from collections.abc import Iterator, Mapping
from json import dumps

from edatool.change.offline.contract_changes import ContractChange
from edatool.change.offline.declaration_changes import DeclarationChange
from edatool.change.offline.diff import Diff
from edatool.counted import few

MARKS: Mapping[str, str] = {"added": "+", "changed": "~", "removed": "-"}
_NAMED = 6
"""How many parts of one schema, and events of it, are named."""


def sections(diff: Diff) -> Iterator[tuple[str, list[str]]]:
    """Yield each heading with its lines, those without lines too."""
    yield "Declarations:", declaration_lines(diff)
    yield "Contracts:", contract_lines(diff)
    yield "New findings:", [f"{'!' if one.is_error else '-'} {one}" for one in diff.new]
    yield "Mended findings:", [f"+ {one}" for one in diff.mended]


def declaration_lines(diff: Diff) -> list[str]:
    """Return a line for all that is declared otherwise, and one for each difference."""
    return [line for one in diff.declarations for line in _declaration(one)]


def contract_lines(diff: Diff) -> list[str]:
    """Return a line for each file of contracts that differs."""
    return [_contract(one) for one in diff.contracts]


def _declaration(one: DeclarationChange) -> Iterator[str]:
    yield f"{MARKS[one.kind]} {one.section} {one.name}"
    for each in one.differences:
        yield f"      {each.name}: {_value(each.before)} -> {_value(each.after)}"


def _value(value: object) -> str:
    return "absent" if value is None else dumps(value, ensure_ascii=False)


def _contract(one: ContractChange) -> str:
    parts = [
        *(f"+ {part}" for part in one.added),
        *(f"- {part}" for part in one.removed),
        *(f"~ {part}" for part in one.changed),
    ]
    differs = f": {few(parts, _NAMED)}" if parts else ""
    return f"{MARKS[one.kind]} {one.file} ({few(one.events, _NAMED)}){differs}"
