"""Filters that are malformed, or that the contracts of the events that come to them make senseless.

All of it is certain as far as the contracts tell; where they leave it open, nothing is said.
"""

import difflib
import json
from collections.abc import Iterable, Iterator

from edatool.checks.filtered import Filtered, Use
from edatool.checks.subject import Findings, Subject
from edatool.filters.analysis import conditions, may_cross_array, wrong_values
from edatool.filters.declared import declared
from edatool.filters.implies import implies
from edatool.filters.matches import matches
from edatool.filters.pattern import Equal, FieldPath, Values, joined
from edatool.routing.bindings import bindings_of
from edatool.routing.reach.patterns import contained
from edatool.routing.topology import Binding


def malformed(subject: Subject) -> Findings:
    """E291: a filter is not a pattern of the filter language."""
    yield from declared(subject.spec).findings


def unmatched(filtered: Filtered) -> Findings:
    """W292: no event that can come to a binding can match its filter.

    A filter that asks for a field or a value that the contracts do not know is left to those findings.
    """
    for use in filtered.uses:
        if use.arriving and not list(_unknown(use)) and not list(_wrong(use)):
            verdict = use.verdict()
            if verdict.holds == "never":
                message = f"the filter never matches here, for {verdict.why}: correct it, or remove the binding"
                yield filtered.routed.subject.finding("W292", message, *use.binding.path, "filter")


def needless(filtered: Filtered) -> Findings:
    """W293: every event that can come to a binding matches its filter."""
    for use in filtered.uses:
        verdict = use.verdict()
        if use.arriving and verdict.holds == "always":
            shown = next((payload for one in use.arriving for payload, _ in one.examples()), None)
            example = f", such as {_brief(shown)}" if shown is not None else ""
            message = f"the filter matches everything here{example}, for {verdict.why}: leave it out"
            yield filtered.routed.subject.finding("W293", message, *use.binding.path, "filter")


def unknown_fields(filtered: Filtered) -> Findings:
    """W294: a filter asks for a field that the schemas of the events that can come to it do not know."""
    for use in filtered.uses:
        for path, values in _unknown(use):
            names = ", ".join(repr(one.event.name) for one in use.arriving)
            message = f"no schema of {names} knows {joined(path)}: correct the path, or add the field to the schema"
            yield filtered.routed.subject.finding("W294", message, *values.at)


def unknown_values(filtered: Filtered) -> Findings:
    """W295: a filter asks for a value that a field with an enum or const never has."""
    for use in filtered.uses:
        for path, values, test in _wrong(use):
            allowed = {json.dumps(value, ensure_ascii=False): value for value in _allowed(use, path)}
            near = difflib.get_close_matches(json.dumps(test.value, ensure_ascii=False), allowed, 1)
            way_out = f"did you mean {near[0]}?" if near else f"it is one of {', '.join(allowed)}"
            message = f"{joined(path)} is never {json.dumps(test.value, ensure_ascii=False)}: {way_out}"
            yield filtered.routed.subject.finding("W295", message, *values.at)


def contained_filters(filtered: Filtered) -> Findings:
    """W296: of two bindings with filters to one destination, one gets only what the other gets too."""
    for group in _by_destination(filtered):
        for index, use in enumerate(group):
            wider = (
                other for number, other in enumerate(group) if _adds_nothing(filtered, use, other, later=number > index)
            )
            other = next(wider, None)
            if other is not None and use.verdict().holds != "never":
                shown = _both_match(use, other)
                example = f", such as {_brief(shown)}" if shown is not None else ""
                at = filtered.routed.subject.spec.where(*other.binding.path)
                message = f"whatever matches here{example}, the binding in {at} brings too: keep one of them"
                yield filtered.routed.subject.finding("W296", message, *use.binding.path, "filter")


def _by_destination(filtered: Filtered) -> Iterable[list[Use]]:
    groups: dict[object, list[Use]] = {}
    for use in filtered.uses:
        groups.setdefault((use.binding.queue, use.binding.to_exchange), []).append(use)
    return groups.values()


def _adds_nothing(filtered: Filtered, use: Use, other: Use, *, later: bool) -> bool:
    """Tell whether one binding is within another; of two within each other, the later one is."""
    return use is not other and _within(filtered, use, other) and not (later and _within(filtered, other, use))


def _unknown(use: Use) -> Iterator[tuple[FieldPath, Values]]:
    """Yield conditions on fields of the payload that no contract mentions."""
    for path, values in conditions(use.filter.pattern):
        if (
            path[0] == "data"
            and len(path) > 1
            and use.arriving
            and not any(may_cross_array(path, one.known) for one in use.arriving)
        ):
            fields = [one.known(path) for one in use.arriving]
            if all(field is not None and not field.known for field in fields):
                yield path, values


def _wrong(use: Use) -> Iterator[tuple[FieldPath, Values, Equal]]:
    """Yield values asked for that none of the contracts allows."""
    for path, values in conditions(use.filter.pattern):
        each = [wrong_values(path, values, one.known) for one in use.arriving]
        for test in each[0] if each else ():
            if all(test in wrong for wrong in each):
                yield path, values, test


def _allowed(use: Use, path: FieldPath) -> list[object]:
    fields = [one.known(path) for one in use.arriving]
    return [value for field in fields if field and field.values for value in field.values]


def _within(filtered: Filtered, one: Use, other: Use) -> bool:
    """Tell whether everything that one binding lets through to its destination, another does too."""
    if not implies(one.filter, other.filter):
        return False
    spec = filtered.routed.subject.spec
    wide = list(bindings_of(spec, other.binding))
    return all(_covered(filtered, narrow, wide) for narrow in bindings_of(spec, one.binding))


def _covered(filtered: Filtered, narrow: Binding, wide: list[Binding]) -> bool:
    candidates = [one for one in wide if one.source == narrow.source]
    if any(one.identity == narrow.identity for one in candidates):
        return True
    source = filtered.routed.router.sources.get(narrow.source)
    if source is None or source.kind != "topic":
        return source is not None and source.kind == "fanout" and bool(candidates)
    return any(others for _, others in contained([narrow], candidates))


def _both_match(one: Use, other: Use) -> object:
    """Return an example that both filters let through, None where there is none."""
    for arriving in one.arriving:
        for payload, content in arriving.examples():
            if matches(one.filter, content) and matches(other.filter, content):
                return payload
    return None


def _brief(payload: object) -> str:
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= 120 else text[:117] + "..."
