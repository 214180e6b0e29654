"""What cannot be read in a mapping of fields and constants."""

from collections.abc import Callable, Iterable, Mapping
from itertools import permutations

from edatool.checks.found import Found, at, at_key
from edatool.filters.paths import names_of
from edatool.spec.yaml_document import Path
from edatool.webhooks.paths import read_path


def malformed_path(text: str | None, *place: str | int) -> Found:
    """Yield a finding where a path cannot be read."""
    wrong = None if text is None else read_path(text)
    if isinstance(wrong, str):
        yield at(*place), wrong


def malformed_mapping(fields: Mapping[str, str], constants: Iterable[str], place: Callable[[str, str], Path]) -> Found:
    """Yield what is wrong with a mapping; ``place`` tells where a field of ``fields`` or ``constants`` stands."""
    for target, path in fields.items():
        yield from malformed_path(path, *place("fields", target))
    targets = [*(("fields", target) for target in fields), *(("constants", target) for target in constants)]
    for key, target in targets:
        if not all(names_of(target)):
            yield (
                at_key(*place(key, target)),
                f"the field {target!r} has an empty name: write path.to.field",
            )
    for (key, target), (_, other) in permutations(targets, 2):
        names, around = names_of(target), names_of(other)
        if names[: len(around)] == around and (len(names) > len(around) or key == "constants"):
            message = f"the field {target!r} is set by {other!r} already: keep one"
            yield at_key(*place(key, target)), message
