"""The simulator in the page answers as Python does: where a message goes, and why."""

import json
import sys
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from edatool.checks.load import load
from edatool.contracts.payload import parse
from edatool.contracts.regexes.regex import compile_regex
from edatool.contracts.violation import Violation
from edatool.filters.matches import fits
from edatool.filters.pattern import Wildcard
from edatool.filters.reading import MAX_TEXT
from edatool.routes import Routes
from edatool.routing.version import numbers
from edatool.site.simulator.regex import for_browsers
from edatool.site.simulator.script import parts
from tests.routing import generated as topologies
from tests.site.simulator import generated
from tests.site.simulator.asked import Case, random_case
from tests.site.simulator.engines import function, in_node, in_quickjs

SPECS, QUESTIONS = 150, 140  # 21,000


def loaded(folder: Path, spec: dict[str, Any]) -> Routes:
    (folder / "routes.yaml").write_text(json.dumps(spec, ensure_ascii=False), "utf-8")
    return load([str(folder / "routes.yaml")], {}, errors_only=True)


def random_cases(folder: Path, seed: int, specs: int, questions: int) -> list[Case]:
    """Ask on so many specs without errors, whose regular expressions browsers know."""
    draw = Random(seed)
    made: list[Case] = []
    while len(made) < specs:
        spec = generated.spec(draw)
        routes = loaded(folder, spec)
        if routes.ok and "(?i)" not in json.dumps(spec):
            made.append(random_case(draw, routes, questions))
    return made


@pytest.mark.slow
def test_many_thousand_answers_are_those_of_python(tmp_path: Path) -> None:
    many = random_cases(tmp_path, 17, SPECS, QUESTIONS)
    answers = [answer for case in many for answer in case.answers]
    tried = [one for answer in answers for one in answer.get("tried") or ()]
    assert len(answers) > 20_000
    assert sum(bool(answer.get("queues")) for answer in answers) > 5_000
    assert sum(bool(answer.get("maybe")) for answer in answers) > 200
    assert sum(bool(answer.get("refused")) for answer in answers) > 500
    assert sum(bool(answer.get("violations")) for answer in answers) > 1_000
    assert sum(matches for _, _, matches, _ in tried) > 500
    assert sum(not matches for _, _, matches, _ in tried) > 5_000
    texts = [case.text for case in many]
    for given_by in (in_node(texts, tmp_path), in_quickjs(texts)):
        different = [each for case, own in zip(many, given_by, strict=True) for each in case.differences(own)]
        assert not different, (len(different), *different[0])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(min_value=0))
def test_any_spec_answers_as_python_does(tmp_path: Path, seed: int) -> None:
    (case,) = random_cases(tmp_path, seed, 1, 20)
    assert case.differences(in_quickjs([case.text])[0]) == []


@pytest.mark.slow
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.sampled_from(generated.VERSIONS), st.data())
def test_any_topology_answers_as_python_does(tmp_path: Path, version: str, data: st.DataObject) -> None:
    drawn = data.draw(topologies.cases(numbers(version), 3))
    empty = loaded(tmp_path, {"edatool": 1, "name": "empty"})
    case = Case(empty, drawn.topology)
    for one in drawn.messages:
        lines = "\n".join(f"{name}={json.dumps(value)}" for name, value in one.headers.items())
        case.send(one.exchange, one.key, lines, version)
    assert case.differences(in_quickjs([case.text])[0]) == []


def on_one_event(folder: Path, bindings: list[dict[str, Any]], **event: Any) -> Case:
    """Ask about one event that comes to queues a and b."""
    spec = {
        "edatool": 1,
        "name": "shop",
        "events": {"e": {"exchange": "events", "key": "e", **event}},
        "exchanges": {"events": {"type": "topic"}},
        "queues": {"a": {}, "b": {}},
        "bindings": bindings,
    }
    routes = loaded(folder, spec)
    routes.require_valid()
    return Case(routes, routes.topology)


def test_stamps_of_many_filters_stand_in_the_order_of_python(tmp_path: Path) -> None:
    filters = {f"over{number}": {"data.n": [{"numeric": [">", number]}]} for number in range(6)}
    places = [("other", 0), *(("e", number) for number in (1, 2, 3, 4, 5, 0))]
    bindings = [{"queue": f"q{number}", "events": [event], "filter": f"over{number}"} for event, number in places]
    spec = {
        "edatool": 1,
        "name": "shop",
        "events": {name: {"exchange": "events", "key": name} for name in ("e", "other")},
        "exchanges": {"events": {"type": "topic"}},
        "queues": {f"q{number}": {} for number in range(6)},
        "filters": filters,
        "bindings": bindings,
    }
    routes = loaded(tmp_path, spec)
    routes.require_valid()
    case = Case(routes, routes.topology)
    case.publish("e", '{"n": 9}', "4.3")
    assert len(case.answers[0]["queues"]) == 6
    assert case.differences(in_quickjs([case.text])[0]) == []


NUMBERS = ("-0", "-0.0", "0.0", "1", "1.0", "1e0", "1e400", "9007199254740993", "9007199254740992.0", "1" + "0" * 400)
WANTED = (0, 1, 1.0, 2**53, 2**53 + 1, 10**20)


def test_numbers_are_compared_by_what_they_are_however_large(tmp_path: Path) -> None:
    filters: list[dict[str, Any]] = [{"data.n": [wanted]} for wanted in WANTED]
    filters += [{"data.n": [{"numeric": [sign, wanted]}]} for wanted in WANTED for sign in ("<", ">=", "!=")]
    aws = [{"data.n": [{"numeric": [">", wanted]}]} for wanted in WANTED]
    filters += [{"semantics": "eventbridge", "pattern": one} for one in aws]
    for each in filters:
        case = on_one_event(tmp_path, [{"queue": "a", "events": ["e"], "filter": each}])
        for number in NUMBERS:
            case.publish("e", f'{{"n": {number}}}', "4.3")
        assert case.differences(in_quickjs([case.text])[0]) == [], each


def test_names_that_mean_something_to_javascript_are_names(tmp_path: Path) -> None:
    path = "__proto__.constructor"
    bindings = [{"queue": "a", "events": ["e"], "filter": {"data.__proto__.constructor": ["x"]}}]
    case = on_one_event(tmp_path, bindings, key="{__proto__.constructor}", headers={"toString": path})
    case.publish("e", '{"__proto__": {"constructor": "x"}}', "4.3")
    case.publish("e", "{}", "4.3")
    case.send("__proto__", "constructor", "__proto__=1", "4.3")
    assert case.differences(in_quickjs([case.text])[0]) == []


def test_a_filter_that_only_edatool_can_evaluate_is_not_guessed(tmp_path: Path) -> None:
    condition = {"data.t": [{"regex": "(?i)a"}]}
    bindings = [
        {"queue": name, "events": ["e"], "filter": one} for name, one in (("a", condition), ("b", {"$not": condition}))
    ]
    case = on_one_event(tmp_path, bindings)
    for payload in ('{"t": "A"}', '{"t": 1}'):
        case.publish("e", payload, "4.3")
    unknown, known = in_quickjs([case.text])[0]
    assert unknown == {"violations": None, "untold": ["a", "b"]}
    assert known["tried"] == case.answers[1]["tried"]


JSON_TEXTS = (
    *NUMBERS,
    *(
        '"\\ud83d\\ude00"',
        '"\\ud83d"',
        '"\\ude00\\ud83d"',
        '"\\u00e9\\/\\b"',
        '"\\x"',
        '"\\u12"',
        '"\n"',
        '"\x7f\u2028"',
        "'a'",
        '"a',
    ),
    *(
        "[1,]",
        "[,]",
        "[1 2]",
        "[]x",
        "[",
        '{"a":1,"a":1}',
        '{"a":1,"\\u0061":1}',
        "{a:1}",
        '{"a" 1}',
        '{"a":1,}',
        "{,}",
    ),
    *(
        "",
        " ",
        "nul",
        "nullx",
        "True",
        "NaN",
        "-Infinity",
        "+1",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "0x1",
        "1_0",
        "\u0661",
        "-1e-400",
    ),
    *("\ufeff1", "\u00a01", "\v1", "\t1\r\n", "1" * 4300, "1" * 4301, "-" + "1" * 4300, "0." + "1" * 20_000),
    *("[" * 64 + "]" * 64, "[" * 65 + "]" * 65, '{"a":' * 64 + "1" + "}" * 64, '{"a":' * 65 + "1" + "}" * 65),
)


@pytest.mark.parametrize("text", JSON_TEXTS, ids=[repr(text[:20]) for text in JSON_TEXTS])
def test_a_payload_is_read_or_refused_as_by_python(text: str) -> None:
    read = parse(text.encode())
    own = "refused" if isinstance(read, Violation) else repr(read)
    assert shown(text) == own


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_float_is_shown_as_by_python(number: float) -> None:
    # QuickJS writes some with a digit more than the shortest, such as 2 ** -24, against ECMA-262; browsers do not.
    assume(Decimal(_function("written")(repr(number))) == Decimal(repr(number)))
    assert shown(repr(number)) == repr(number)


@given(st.recursive(st.text("a'\"\\\n\té日😀\x00\u200b\x7f") | st.integers() | st.booleans() | st.none(), st.lists))
def test_any_value_is_shown_as_by_python(value: object) -> None:
    assert shown(json.dumps(value)) == repr(value)


@given(st.lists(st.text("a\u00e9\uffee\U0001f600\U0001f601", max_size=3)))
def test_texts_are_in_the_order_of_python(texts: list[str]) -> None:
    assert json.loads(_function("inOrder")(json.dumps(texts))) == sorted(texts)


@given(st.text("ab*", max_size=6), st.text("ab", max_size=6))
def test_a_wildcard_fits_what_it_fits_in_python(pattern: str, text: str) -> None:
    pieces = pattern.split("*")
    assert _function("fits")(json.dumps(pieces), text) == fits(Wildcard(tuple(pieces)), text)


ADDRESSES = (
    *("1.2.3.4", "01.2.3.4", "1.2.3", "1.2.3.256", "1.2.3.4 ", "\u0661.2.3.4", "1.2.3.4%a", "0.0.0.00", ""),
    *("::", "::1", "1::", "1::2::3", ":::", ":1", "1:", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8"),
    *("1:2:3:4:5:6:7:8:9", "1:2:3:4::5:6:7:8", "12345::", "g::", "::1.2.3.4", "::ffff:1.2.3.256", "1.2.3.4::"),
    *("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "fe80::1%eth0", "fe80::1%", "fe80::1%a%b", "::1/128", "FFFF::"),
)


@pytest.mark.parametrize("network", ["0.0.0.0/0", "1.2.3.0/24", "::/0", "::/1", "::102:304/128"])
def test_addresses_are_read_as_by_python(tmp_path: Path, network: str) -> None:
    condition = {"data.t": [{"cidr": network}]}
    case = on_one_event(tmp_path, [{"queue": "a", "events": ["e"], "filter": condition}])
    for text in ADDRESSES:
        case.publish("e", json.dumps({"t": text}), "4.3")
    assert case.differences(in_quickjs([case.text])[0]) == []


PIECES = st.sampled_from(
    [
        *"abé日😀.^$|()*+?-/ '\"]}{~&#,:=",
        *(
            "\\.",
            "\\d",
            "\\w",
            "\\s",
            "\\D",
            "\\W",
            "\\S",
            "\\n",
            "\\-",
            "\\b",
            "\\x41",
            "\\p{L}",
            "(?:",
            "(?i)",
            "{2}",
            "{1,}",
        ),
        *(
            "[ab]",
            "[^a]",
            "[a-z]",
            "[é-日]",
            "[\\d.]",
            "[\\w-]",
            "[-a]",
            "[.]",
            "[a&&b]",
            "[[a]]",
            "[^\\n]",
            "{,2}",
            "??",
        ),
    ]
)
TEXTS = st.text("ab.é日-zA0_ \n\r\t\u2028/'\"😀\u00a0\ufeff\u212a&]", max_size=4)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=5).map("".join), st.lists(TEXTS, min_size=3, max_size=3))
def test_a_regular_expression_for_browsers_finds_the_same_there(pattern: str, texts: list[str]) -> None:
    known, source = compile_regex(pattern), for_browsers(pattern)
    for text in texts:
        found = None if source is None else found_in_browser(source, text)
        assert found is None or isinstance(known, str) or found == known.found_in(text), text


@pytest.mark.parametrize(
    "pattern", ["(?i)a", "(a+)+", "\\bA", "\\p{L}", "a(?=b)", "[a&&b]", "[[a]]", "(a|b)*", "a{,2}"]
)
def test_what_browsers_may_read_otherwise_or_for_ever_is_left_to_edatool(pattern: str) -> None:
    assert for_browsers(pattern) is None


@pytest.mark.parametrize("pattern", ["^[A-Z]{2}-\\d+$", "(eu|us)\\.", "a.b", "é+", "^(?:a|b)?c", "[^\\d]\\w"])
def test_what_people_write_is_told_in_the_page(pattern: str) -> None:
    assert for_browsers(pattern) is not None


def test_case_is_folded_as_by_python(tmp_path: Path) -> None:
    every = [one for one in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(one)[0] in "LMNS"]
    cased = "".join(one for one in every if not one == one.lower() == one.upper())
    cases = []
    for start in range(0, len(cased), MAX_TEXT):
        text = cased[start : start + MAX_TEXT]
        condition = {"data.t": [{"equals-ignore-case": text}]}
        cases.append(on_one_event(tmp_path, [{"queue": "a", "events": ["e"], "filter": condition}]))
        cases[-1].publish("e", json.dumps({"t": text}), "4.3")
    answers = in_node([case.text for case in cases], tmp_path)
    assert len(cases) > 2
    assert [case.differences(own) for case, own in zip(cases, answers, strict=True)] == [[]] * len(cases)


def shown(text: str) -> str:
    return str(_function("shown")(json.dumps(text)))


def found_in_browser(source: str, text: str) -> bool | None:
    found: bool | None = _function("found")(source, json.dumps(text))
    return found


_PROGRAM = """
function written(number) { return String(Number(number)); }
function shown(text) {
  try {
    return shownInPython(parsePayload(JSON.parse(text)));
  } catch (error) {
    if (!(error instanceof JsonFlaw)) throw error;
    return "refused";
  }
}

function inOrder(texts) {
  return JSON.stringify(sorted(JSON.parse(texts)));
}

function fits(pieces, text) {
  return fitsWildcard(JSON.parse(pieces), text);
}

function found(source, text) {
  const regex = compiled(source);
  return regex && regex.test(JSON.parse(text));
}
"""
_FUNCTIONS: dict[str, Callable[..., Any]] = {}


def _function(name: str) -> Callable[..., Any]:
    if name not in _FUNCTIONS:
        _FUNCTIONS[name] = function(parts() + _PROGRAM, name)
    return _FUNCTIONS[name]
