"""Patterns of policies against RabbitMQ: which queues it applies them to, and which it refuses."""

import json
import random

from edatool.routing.pcre.errors import PatternError, Unsupported
from edatool.routing.pcre.pattern import Pattern, compile_pattern
from tests.broker_fixtures import Vhost

PATTERNS = 120
NAMES = [
    *("a", "b", "ab", "aab", "A", "é", "É", "ê", "ú", "a.b", "a-b", "a_b", "1", "a1", "a\n", "\n", "a b", "*", "a."),
    *("ß", "menú", "{", "a{2", "\x85", "\xa0a", "-", "]", "x\r\n", "^", "٣", "日本", "a]b"),
]
ATOMS = [
    *("a", "b", "-", "A", ".", "\\.", "é", "ú", "\\d", "\\w", "\\s", "\\S", "\\W", "\\h", "\\H", "\\v", "\\R", "\\N"),
    *("[a-c]", "[^a]", "[[:alpha:]]", "[[:^digit:]]", "[[:punct:]_]", "[\\w-]", "[]a]", "[^]]", "[\\x{61}-c]"),
    *("\\x41", "\\x{e9}", "\\061", "\\Qa.\\E", "\\Q*\\E", "\\e", "(?:a|b)", "(a)", "(?i)", "(?-i)", "(?i:a)", "(?s)"),
    *("(?m)", "(?s:.)", "^", "$", "\\A", "\\z", "\\Z", "\\b", "\\B", "|", "(?=a)", "(?!b)", "(?<=a)", "(?>a+)", "\\1"),
    *("{", "a{2}", "{1,2}", "*", "+", "?", "*+", "+?", "(", ")", "[", "]", "[[:word:]]+", "ß", "[a-]", "[z-a]"),
]


def test_a_policy_applies_to_the_queues_that_its_pattern_is_found_in(vhost: Vhost) -> None:
    queues = [{"name": name, "durable": True, "auto_delete": False, "arguments": {}} for name in NAMES]
    vhost.api.post(f"/api/definitions/{vhost.quoted}", json={"queues": queues}).raise_for_status()
    choose = random.Random(7)
    tried = [pattern_of(choose) for _ in range(PATTERNS)]
    judged = [(text, compiled) for text in tried if (compiled := judge(vhost, text))]
    assert len(judged) > PATTERNS // 4
    for text, compiled in judged:
        taken = put(vhost, text)
        assert taken, f"RabbitMQ refuses {text!r}"
        sure = {name for name in NAMES if not compiled.depends_on_erlang(name)}
        assert applied(vhost) & sure == {name for name in sure if compiled.matches(name)}, text


def pattern_of(choose: random.Random) -> str:
    return "".join(choose.choice(ATOMS) for _ in range(choose.randint(1, 5)))


def judge(vhost: Vhost, text: str) -> Pattern | None:
    """Return a pattern that can be judged here; what is refused here the broker refuses too."""
    try:
        return compile_pattern(text)
    except Unsupported:
        return None
    except PatternError:
        assert not put(vhost, text), f"RabbitMQ takes {text!r}"
        return None


def put(vhost: Vhost, pattern: str) -> bool:
    body = {"pattern": pattern, "definition": {"max-length": 10}, "apply-to": "queues", "priority": 0}
    return vhost.api.put(f"/api/policies/{vhost.quoted}/p", content=json.dumps(body)).is_success


def applied(vhost: Vhost) -> set[str]:
    found = vhost.api.get(f"/api/queues/{vhost.quoted}", params={"disable_stats": "true"}).raise_for_status().json()
    return {one["name"] for one in found if one.get("policy")}
