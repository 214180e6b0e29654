from pathlib import Path

import pytest

from edatool.findings import Finding
from edatool.spec.load import Loaded, load
from edatool.spec.spec import DeadLetter

HEAD = "edatool: 1\nname: shop\n"


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(**files: str) -> None:
    for name, text in files.items():
        path = Path(name.replace("__", "/") + ".yaml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)


def loaded(*files: str, **environment: str) -> Loaded:
    return load(files, environment)


def places(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.code, str(finding.at)) for finding in findings]


def test_a_queue_gets_the_defaults_that_its_type_takes() -> None:
    write(
        r=HEAD
        + "defaults: {queue: {type: quorum, delivery_limit: 3, retry: [5s], arguments: {x-a: 1}}}\n"
        + "queues: {q: {delivery_limit: 9, arguments: {x-b: 2}}, s: {type: stream}, c: {type: classic}}\n"
    )
    queues = loaded("r.yaml").spec.queues
    assert queues["q"].type == "quorum"
    assert queues["q"].settings == {"x-delivery-limit": 9}
    assert queues["q"].arguments == {"x-a": 1, "x-b": 2}
    assert queues["q"].retry == (5000,)
    assert (queues["s"].settings, queues["s"].retry) == ({}, ())
    assert (queues["c"].settings, queues["c"].retry) == ({}, (5000,))


def test_readable_arguments_become_what_rabbitmq_takes() -> None:
    write(
        r=HEAD + "queues:\n  c: {message_ttl: 2m, max_length_bytes: 10MiB, expires: 1d, single_active_consumer: true}\n"
        "  s: {type: stream, max_age: 7d, stream_max_segment_size_bytes: 500MB}\n"
    )
    queues = loaded("r.yaml").spec.queues
    assert queues["c"].settings == {
        "x-message-ttl": 120_000,
        "x-max-length-bytes": 10 * 2**20,
        "x-expires": 86_400_000,
        "x-single-active-consumer": True,
    }
    assert queues["s"].settings == {"x-max-age": "7D", "x-stream-max-segment-size-bytes": 500_000_000}


def test_an_event_is_keyed_by_its_name_unless_it_says_a_key() -> None:
    write(r=HEAD + "events: {a.b: {exchange: e}, c: {exchange: e, key: 'c.{x.y}.d'}}\n")
    events = loaded("r.yaml").spec.events
    assert str(events["a.b"].key) == "a.b"
    assert [str(path) for path in events["c"].key.fields] == ["x.y"]


@pytest.mark.parametrize("key", ["a.{b", "a}", "a.{}", "a.{b..c}", "{a{b}}"])
def test_a_malformed_template_is_a_finding_at_the_key(key: str) -> None:
    write(r=HEAD + f"events:\n  e: {{exchange: x, key: '{key}'}}\n")
    assert places(loaded("r.yaml").findings) == [("E104", "r.yaml:4:25")]


def test_a_later_file_overrides_key_by_key_and_null_removes() -> None:
    write(
        a=HEAD + "queues: {q: {type: quorum, max_length: 10, owner: x}, gone: {}}\n"
        "bindings: [{queue: q, exchange: e, key: a}]\n",
        b="queues: {q: {max_length: 20, owner: null}, gone: null, new: {}}\n"
        "bindings: [{queue: q, exchange: e, key: b, foo: 1}]\n",
    )
    result = loaded("a.yaml", "b.yaml")
    assert set(result.spec.queues) == {"q", "new"}
    assert result.spec.queues["q"].settings == {"x-max-length": 20}
    assert result.spec.queues["q"].owner is None
    assert [binding.keys for binding in result.spec.bindings] == [("a",), ("b",)]
    assert places(result.findings) == [("E101", "b.yaml:2:44")]
    assert str(result.spec.where("queues", "q", "max_length")) == "b.yaml:1:26"
    assert str(result.spec.where("queues", "q", "type")) == "a.yaml:3:20"


def test_included_files_are_put_together_relative_to_the_file_that_names_them() -> None:
    write(
        r=HEAD + "include: [teams/a.yaml, teams/b.yaml]\nqueues: {q: {}}\n",
        teams__a="include: [b.yaml]\nevents: {x: {exchange: e, schema: x.json}}\nqueues: {a: {}}\n",
        teams__b="queues: {b: {}}\n",
    )
    result = loaded("r.yaml")
    assert result.findings == []
    assert set(result.spec.queues) == {"q", "a", "b"}
    assert result.spec.events["x"].schema == "teams/x.json"


def test_what_two_included_files_declare_is_a_finding_that_names_both_places() -> None:
    write(r=HEAD + "include: [a.yaml]\nqueues: {q: {}}\n", a="name: other\nqueues:\n  q: {}\n")
    findings = loaded("r.yaml").findings
    assert places(findings) == [("E105", "a.yaml:3:3"), ("E105", "a.yaml:1:7")]
    assert "r.yaml:4:10" in findings[0].message


def test_files_that_include_each_other_are_read_once() -> None:
    write(r=HEAD + "include: [a.yaml]\n", a="include: [r.yaml]\nqueues: {a: {}}\n")
    result = loaded("r.yaml")
    assert result.findings == []
    assert set(result.spec.queues) == {"a"}


def test_files_that_cannot_be_read_are_findings_where_they_are_named() -> None:
    write(r=HEAD + "include:\n  - no.yaml\n  - latin.yaml\n")
    Path("latin.yaml").write_bytes(b"name: caf\xe9\n")
    assert places(loaded("r.yaml").findings) == [("E001", "r.yaml:4:5"), ("E001", "r.yaml:5:5")]
    assert places(loaded("missing.yaml").findings)[0] == ("E001", "missing.yaml:1:1")


@pytest.mark.parametrize("text", ["", "# nothing\n", "just words\n", "[1, 2]\n"])
def test_a_file_without_a_mapping_is_a_finding(text: str) -> None:
    write(r=text)
    assert places(loaded("r.yaml").findings)[0] == ("E102", "r.yaml:1:1")


def test_all_findings_are_reported_at_once_with_the_rest_understood() -> None:
    write(
        r=HEAD
        + "queus: {}\nqueues:\n  a: {type: quorumm, max_length: many}\n  b: [1]\nbindings:\n  - {queue: a}\n  - 3\n"
    )
    result = loaded("r.yaml")
    assert places(result.findings) == [
        ("E101", "r.yaml:3:1"),
        ("E103", "r.yaml:5:13"),
        ("E103", "r.yaml:5:34"),
        ("E103", "r.yaml:6:6"),
        ("E102", "r.yaml:8:5"),
        ("E103", "r.yaml:9:5"),
    ]
    assert set(result.spec.queues) == {"a"}


def test_a_byte_order_mark_is_no_error() -> None:
    Path("r.yaml").write_bytes(b"\xef\xbb\xbf" + HEAD.encode())
    assert loaded("r.yaml").findings == []


def test_an_empty_pattern_of_a_policy_is_kept_for_it_matches_every_name() -> None:
    write(r=HEAD + "policies: {all: {pattern: '', definition: {max-length: 1}}}\n")
    result = loaded("r.yaml")
    assert (result.findings, result.spec.policies["all"].pattern) == ([], "")


def test_a_trigger_of_events_has_a_queue_of_its_own_with_a_place_for_what_it_gives_up() -> None:
    write(
        r=HEAD + "events: {e: {exchange: amq.topic}}\n"
        "triggers: {t: {events: [e], run: [ship, -v], retry: [5s], owner: team, timeout: 1m}}\n"
    )
    spec = loaded("r.yaml").spec
    queue, (binding,), trigger = spec.queues["t"], spec.bindings, spec.triggers["t"]
    assert (queue.dead_letter, queue.retry, queue.owner) == (DeadLetter("", "t.dead", None), (5000,), "team")
    assert "t.dead" in spec.queues
    assert (binding.queue, binding.events) == ("t", ("e",))
    assert (trigger.queue, trigger.run, trigger.timeout) == ("t", ("ship", "-v"), 60_000)


def test_what_a_trigger_gives_up_goes_where_the_defaults_say() -> None:
    write(
        r=HEAD + "defaults: {queue: {dead_letter: {exchange: dead}}}\nexchanges: {dead: {type: fanout}}\n"
        "events: {e: {exchange: amq.topic}}\ntriggers: {t: {events: [e], call: m:f}}\n"
    )
    spec = loaded("r.yaml").spec
    assert list(spec.queues) == ["t"]
    assert spec.queues["t"].dead_letter == DeadLetter("dead", None, None)


def test_a_trigger_of_a_declared_queue_declares_nothing() -> None:
    write(r=HEAD + "queues: {q: {}}\ntriggers: {t: {queue: q, http: {env: URL}, token: {file: token}}}\n")
    spec = loaded("r.yaml").spec
    assert list(spec.queues) == ["q"]
    assert not spec.bindings
    assert (spec.triggers["t"].http, spec.triggers["t"].token) == ({"$env": "URL"}, {"$file": "token"})
