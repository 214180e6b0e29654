"""The engine's errors as sentences for people.

jsonschema-rs finds the errors, so that a verdict and its explanation never contradict each other and no
regular expression runs in Python. jsonschema's error tree and ``best_match`` choose what to say where a
payload fits none of several alternatives; jsonschema is imported only then.
"""

import json
from collections.abc import Callable, Iterable

import jsonschema_rs

from edatool.contracts import pointer
from edatool.contracts.doors import behind_door
from edatool.contracts.limits import DEEPEST
from edatool.contracts.pointer import Path
from edatool.contracts.violation import MASK, Violation
from edatool.frozen import frozen

Opener = Callable[[str], jsonschema_rs.Validator]
"""Returns the validator of the schema behind a door (see ``doors``), which a URI names."""

Allowed = Callable[[str, str], tuple[object, ...] | None]
"""Returns the only values that the schema behind a door has for a field, None where any may be."""

_MOST_OPENED = 16
"""So many alternatives are looked into; where more could be meant, none of them is the one."""

_LONGEST = 240
_LONGEST_VALUE = 48
_ABOUT_PARTS = frozenset(
    {"additionalItems", "additionalProperties", "propertyNames", "required"}
    | {"unevaluatedItems", "unevaluatedProperties"}
)


@frozen
class _Problem:
    """An error, the way from the payload to the value that has it, and what is said of it instead of the error."""

    error: jsonschema_rs.ValidationError
    path: Path
    said: str | None = None


def explain(errors: Iterable[jsonschema_rs.ValidationError], opener: Opener, allowed: Allowed) -> list[Violation]:
    """Return a violation for each error, every sentence once, in the engine's order.

    Raises what ``opener`` and ``allowed`` raise.
    """
    problems = [_Problem(error, tuple(error.instance_path)) for error in errors]
    return list(dict.fromkeys(_violation(_best(problem, opener, allowed)) for problem in problems))


def briefly(error: jsonschema_rs.ValidationError) -> Violation:
    """Return the violation that an error is, without a look into alternatives."""
    return _violation(_Problem(error, tuple(error.instance_path)))


def _best(problem: _Problem, opener: Opener, allowed: Allowed) -> _Problem:
    """Return what is wrong in the alternative that was most likely meant, or the problem if none stands out."""
    # Bounded, as an alternative may lead to itself.
    for _ in range(DEEPEST):
        alternatives = _alternatives(problem.error)
        likely = _by_tags(problem.error.instance, alternatives, allowed)
        if alternatives and not likely:
            unknown = _with_an_unknown_tag(problem, alternatives, allowed)
            if unknown:
                return unknown
            likely = alternatives
        if len(likely) > _MOST_OPENED:
            break
        branches = [_opened(problem, branch, opener) for branch in likely]
        chosen = _choice(problem, branches) if branches else problem
        if chosen is problem:
            break
        problem = chosen
    return problem


_Branch = list[jsonschema_rs.ValidationError]


def _by_tags(value: object, alternatives: list[_Branch], allowed: Allowed) -> list[_Branch]:
    """Return the alternatives that have the values of all fields that are there, as far as they limit them."""
    return [branch for branch in alternatives if not any(_lacks(branch, tag, allowed) for tag in _tags(value))]


def _tags(value: object) -> list[tuple[str, object]]:
    fields = value.items() if isinstance(value, dict) else ()
    return [(name, one) for name, one in fields if isinstance(one, (str, int, type(None)))]


def _lacks(branch: _Branch, tag: tuple[str, object], allowed: Allowed) -> bool:
    """Say whether an alternative has other values for a field, and not this one."""
    uri, (name, value) = behind_door(branch[0]) if branch else None, tag
    values = allowed(uri, name) if uri else None
    return values is not None and not any(one == value and type(one) is type(value) for one in values)


def _with_an_unknown_tag(problem: _Problem, alternatives: list[_Branch], allowed: Allowed) -> _Problem | None:
    """Say which field has a value that no alternative has, None where there is no such field."""
    for name, value in _tags(problem.error.instance):
        if all(_lacks(branch, (name, value), allowed) for branch in alternatives):
            uris = [uri for branch in alternatives if (uri := behind_door(branch[0]))]
            known = dict.fromkeys(_shown(one) for uri in uris for one in allowed(uri, name) or ())
            message = f"{MASK} is none of those that the alternatives have, {', '.join(known)}: found {_shown(value)}"
            return _Problem(problem.error, (*problem.path, name), message)
    return None


def _alternatives(error: jsonschema_rs.ValidationError) -> list[_Branch]:
    kinds = jsonschema_rs.ValidationErrorKind
    return error.kind.context if isinstance(error.kind, kinds.AnyOf | kinds.OneOfNotValid) else []


def _opened(problem: _Problem, branch: list[jsonschema_rs.ValidationError], opener: Opener) -> list[_Problem]:
    """Return the problems of an alternative, those behind its door if it has one."""
    uri = behind_door(branch[0]) if branch else None
    if uri:
        found = opener(uri).iter_errors(problem.error.instance)
        return [_Problem(error, problem.path + tuple(error.instance_path)) for error in found]
    # The engine's paths begin where its search began, the problem's path may begin further up.
    above = problem.path[: len(problem.path) - len(problem.error.instance_path)]
    return [_Problem(error, above + tuple(error.instance_path)) for error in branch]


def _choice(problem: _Problem, branches: list[list[_Problem]]) -> _Problem:
    """Return the best match among the problems of the alternatives, or ``problem`` where several match as well."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415  slow to import, and rarely needed
    from jsonschema.exceptions import ValidationError, best_match  # noqa: PLC0415

    def node(each: _Problem, context: list[ValidationError]) -> ValidationError:
        found = each.error.instance
        # best_match asks whether the value is of the type that the schema wants: all but type errors say so.
        kind = each.error.kind
        types = kind.types if isinstance(kind, jsonschema_rs.ValidationErrorKind.Type) else _type(found)
        return ValidationError(
            each.error.message,
            validator=kind.name,
            path=each.path,
            context=context,
            instance=found,
            schema={"type": types},
            type_checker=Draft202012Validator.TYPE_CHECKER,
        )

    problems = [each for branch in _meant(problem, branches) for each in branch]
    nodes = [node(each, []) for each in problems]
    best = best_match([node(problem, nodes)])
    return next((each for each, its in zip(problems, nodes, strict=True) if its is best), problem)


def _meant(problem: _Problem, branches: list[list[_Problem]]) -> list[list[_Problem]]:
    """Return the alternatives that the value may have been meant to fit, all of them where none qualifies."""
    return [branch for branch in branches if not any(_rules_out(each, problem) for each in branch)] or branches


def _rules_out(inner: _Problem, outer: _Problem) -> bool:
    """Say whether a problem shows that another alternative was meant: a wrong tag, or another type."""
    kinds = jsonschema_rs.ValidationErrorKind
    match inner.error.kind:
        case kinds.Constant():
            return True
        case kinds.Enum(options):
            return len(options) == 1
        case kinds.Type():
            return inner.path == outer.path
    return False


def _violation(problem: _Problem) -> Violation:
    message = problem.said or _sentence(problem.error)
    if len(message) > _LONGEST:
        message = f"{message[: _LONGEST - 3]}..."
    return Violation(pointer.to_text(problem.path), message)


def _sentence(error: jsonschema_rs.ValidationError) -> str:
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.FalseSchema):
        # The engine says this where additionalProperties is false and there are no properties beside it.
        of_properties = error.schema_path[-1:] == ["additionalProperties"]
        return "no properties are allowed here" if of_properties else "nothing is allowed here"
    alternatives = _alternatives(error)
    said = f"{MASK} fits none of {len(alternatives)} alternatives" if alternatives else error.message
    if error.kind.name in _ABOUT_PARTS:
        return said
    return f"{said}: found {_shown(error.instance)}"


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "an object" if value else "an empty object"
    if isinstance(value, list):
        return f"an array of {len(value)}"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 3]}... ({len(text)} characters)"


def _type(value: object) -> str:
    names = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")
