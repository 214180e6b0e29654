"""The page docs/reference/python.md, made of docstrings."""

import dataclasses
import inspect
import re
import typing
from collections.abc import Iterator
from typing import Any

import edatool

HEAD = """\
# Python

What the command line does, a program does with the functions of the package `edatool`; the commands call the same ones.
This page is made of their docstrings.

```python
import edatool

routes = edatool.load("routes.yaml")
trace = routes.route("order.placed", {"region": "eu", "total": 120})
with edatool.connect("amqps://user:password@host", routes) as vhost:
    plan = edatool.plan(routes, vhost)
    plan.raise_if_unsafe(edatool.Allowed(replace={"orders"}))
    edatool.apply(plan, vhost, on_step=print)
```

What is wrong with a spec is in `routes.findings`, and nothing is raised for it until it is acted on. What is wrong with
the world is raised, as one of the [errors](#errors). A plan always has its consequences for events, or says why nobody
knows them, and `apply` refuses what `edatool apply` refuses.
"""
_MODULES = re.compile(r"\b(?:[a-z_]\w*\.)+(?=[A-Za-z_])")
_ALIASES = {
    "Create | Adopt | Update | Replace | IgnoredUpdate | Delete": "Change",
    "Literal[definitions, kubernetes, asyncapi]": "Format",
}
_SPELLED = {repr(edatool.Allowed()): "Allowed()"}
_HANDED_ON = {"Session"}
"""What programs get from one function and give to others, and ask nothing themselves."""
_MADE_BY_FUNCTIONS = {"FilterRouter", "Relay"}
WIDTH = 100


def page() -> str:
    """Return the text of the page."""
    public = {name: getattr(edatool, name) for name in edatool.__all__ if name != "__version__"}
    errors = {name: one for name, one in public.items() if _is_error(one)}
    functions = {name: one for name, one in public.items() if inspect.isfunction(one)}
    classes = {name: one for name, one in public.items() if inspect.isclass(one) and name not in errors}
    literals = {name: one for name, one in public.items() if typing.get_origin(one) is typing.Literal}
    lines = [HEAD, "## Functions", ""]
    for name, function in functions.items():
        lines += [f"### {name}", "", *_call(f"edatool.{name}", function), *_doc(function)]
    lines += ["## Values", ""]
    for name, one in classes.items():
        lines += [f"### {name}", "", *_class(name, one)]
    for name, one in literals.items():
        lines += [f"### {name}", "", f"One of {', '.join(f'`{each}`' for each in typing.get_args(one))}.", ""]
    lines += ["## Errors", "", "| error | is | exit code | meaning |", "|---|---|---|---|"]
    for name, one in errors.items():
        lines.append(f"| `{name}` | `{one.__bases__[0].__name__}` | {one.exit_code} | {_first(one)} |")
    return "\n".join(lines) + "\n"


def _is_error(one: object) -> bool:
    return inspect.isclass(one) and issubclass(one, edatool.EdatoolError)


def _class(name: str, one: type) -> Iterator[str]:
    if name in _HANDED_ON:
        yield from _doc(one)
        return
    constructed = "__init__" in vars(one) and not dataclasses.is_dataclass(one) and name not in _MADE_BY_FUNCTIONS
    if constructed:
        yield from _call(f"edatool.{name}", one)
    yield from _doc(one)
    if constructed:
        yield from _doc(vars(one)["__init__"])
    listed = dataclasses.is_dataclass(one) and name not in _MADE_BY_FUNCTIONS
    fields = [(each.name, each.type) for each in dataclasses.fields(one)] if listed else []
    fields = fields or list(getattr(one, "__annotations__", {}).items() if hasattr(one, "_fields") else [])
    for field, kind in fields:
        if not field.startswith("_"):
            yield f"- `{field}`: `{_short(kind)}`"
    for member, value in vars(one).items():
        if member.startswith("_"):
            continue
        if isinstance(value, property) or type(value).__name__ == "cached_property":
            yield f"- `{member}`: {_first(value)}"
    yield ""
    for member, value in vars(one).items():
        if not member.startswith("_") and inspect.isfunction(value):
            yield from (f"#### {name}.{member}", "", *_call(member, value), *_doc(value))


def _call(name: str, one: Any) -> Iterator[str]:
    signature = inspect.signature(one)
    parameters = [each for each in signature.parameters.values() if each.name != "self"]
    first_named = next((each for each in parameters if each.kind is each.KEYWORD_ONLY), None)
    shown = []
    for each in parameters:
        shown += ["*"] if each is first_named and all(one.kind is not one.VAR_POSITIONAL for one in parameters) else []
        shown.append(_parameter(each))
    returned = "" if signature.return_annotation in (None, "None", signature.empty) else signature.return_annotation
    end = f" -> {_short(returned)}" if returned else ""
    line = f"{name}({', '.join(shown)}){end}"
    if len(line) > WIDTH:
        line = "\n".join([f"{name}(", *(f"    {each}," for each in shown), f"){end}"])
    yield from ("```python", line, "```", "")


def _parameter(one: inspect.Parameter) -> str:
    star = "*" if one.kind is one.VAR_POSITIONAL else ""
    text = f"{star}{one.name}: {_short(one.annotation)}"
    if one.default is one.empty:
        return text
    default = one.default
    if inspect.isfunction(default):
        return f"{text} = {default.__name__}"
    return f"{text} = ..." if type(default) is object else f"{text} = {_SPELLED.get(repr(default), repr(default))}"


def _short(kind: object) -> str:
    text = kind if isinstance(kind, str) else getattr(kind, "__name__", None) if isinstance(kind, type) else str(kind)
    text = _MODULES.sub("", str(text)).replace("'", "")
    for long, short in _ALIASES.items():
        text = text.replace(long, short)
    return text


def _doc(one: object) -> Iterator[str]:
    """Yield a docstring as Markdown: arguments and errors as lists."""
    text = inspect.getdoc(one) or ""
    listing = False
    for line in text.splitlines():
        section = re.fullmatch(r"(Args|Raises):(.*)", line)
        item = re.fullmatch(r" {4}(\S[^:]*): (.*)", line)
        if section:
            listing = True
            yield f"{ {'Args': 'Arguments', 'Raises': 'Raises'}[section[1]] }:{section[2]}"
            yield ""
        elif listing and item:
            yield f"- `{item[1]}`: {_code(item[2])}"
        elif listing and line.strip():
            yield f"  {_code(line.strip())}"
        else:
            yield _code(line)
    yield ""


def _first(one: object) -> str:
    return _code(" ".join((inspect.getdoc(one) or "").split("\n\n")[0].split()))


def _code(text: str) -> str:
    return text.replace("``", "`")
