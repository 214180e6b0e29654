"""Fixes made in a text, and the proof that it then says what they were to make of it and nothing else."""

from collections.abc import Iterable, Mapping, Sequence

from edatool.findings import Correction, Edit, Fix, Remove, Rename, ReplaceValue
from edatool.spec.same_json import same_json
from edatool.spec.text import text
from edatool.spec.text.layout import layout
from edatool.spec.yaml_document import Path


def apart(fixes: Iterable[Fix]) -> list[Fix]:
    """Return those of the fixes of one file that can be made together: of several that touch, the first."""
    chosen: list[Fix] = []
    for fix in sorted(fixes, key=lambda fix: fix.edits[0].start):
        if not chosen or not fix.edits[0].start < chosen[-1].edits[-1].end:
            chosen.append(fix)
    return chosen


def edited(content: str, fixes: Sequence[Fix]) -> str | None:
    """Return a text with fixes made that are apart; None where it would not say what they are to make of it."""
    after = _changed(content, [edit for fix in fixes for edit in fix.edits])
    said, wrong = text.read(content, "", None)
    says, wrong_now = text.read(after, "", None)
    corrections = {one.path: one for fix in fixes for one in fix.corrections}
    broken = len(wrong_now) > len(wrong)
    return None if broken or not same_json(_corrected(said.value, corrections), says.value) else after


def _changed(content: str, edits: Sequence[Edit]) -> str:
    laid_out = layout(content)
    pieces, at = [], 0
    for edit in edits:
        pieces += [content[at : laid_out.index(edit.start.line, edit.start.column)], edit.text]
        at = laid_out.index(edit.end.line, edit.end.column)
    return "".join([*pieces, content[at:]])


def _corrected(value: object, corrections: Mapping[Path, Correction], path: Path = ()) -> object:
    """Return what a value is to be, by the paths that things have in it before."""
    if isinstance(value, dict):
        entries = (_one(key, inner, corrections, (*path, key)) for key, inner in value.items())
        return {key: inner for key, inner in entries if key is not None}
    if isinstance(value, list):
        items = (_one(index, inner, corrections, (*path, index)) for index, inner in enumerate(value))
        return [inner for key, inner in items if key is not None]
    return value


def _one(
    key: str | int, value: object, corrections: Mapping[Path, Correction], path: Path
) -> tuple[str | int | None, object]:
    match corrections.get(path):
        case ReplaceValue(value=new):
            return key, new
        case Rename(key=name):
            return name, _corrected(value, corrections, path)
        case Remove():
            return None, None
        case _:
            return key, _corrected(value, corrections, path)
