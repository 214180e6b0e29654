import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from edatool.server.installed import until
from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun

SPEC = """\
edatool: 1
name: shop
events:
  placed: {exchange: events, key: "order.{region}", schema: order.json}
exchanges:
  events: {type: topic}
  dead: {type: fanout}
queues:
  orders: {type: quorum, max_length: 1, dead_letter: {exchange: dead}}
  log: {type: stream}
  classic: {message_ttl: 1ms, dead_letter: {exchange: dead}}
  graves: {}
bindings:
  - {queue: orders, events: [placed]}
  - {queue: log, exchange: events, key: "#"}
  - {queue: classic, exchange: events, key: order.eu}
  - {queue: graves, exchange: dead}
tests:
  - name: an order of the eu
    publish: placed
    payload: {region: eu}
    expect: [orders, log, classic]
    dead_letter: {queue: orders, expect: [graves]}
  - {name: an order of the us, publish: placed, payload: {region: us}, expect: {at_least: [orders]}}
  - {name: no region, publish: placed, payload: {}, expect: rejected}
  - {name: nobody, message: {exchange: amq.topic, key: x}, expect: unroutable}
  - {name: raw, message: {exchange: "", key: log}, expect: [log]}
"""
SCHEMA = """\
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["region"],
  "properties": {"region": {"enum": ["eu", "us"]}}
}
"""


@pytest.fixture(autouse=True)
def _tested(shop: Path) -> None:
    (shop / "routes.yaml").write_text(SPEC)
    (shop / "order.json").write_text(SCHEMA)


def change(shop: Path, old: str, new: str) -> None:
    spec = (shop / "routes.yaml").read_text()
    assert old in spec
    (shop / "routes.yaml").write_text(spec.replace(old, new, 1))


def test_tests_that_pass_exit_with_0_and_say_what_they_cover(edatool: EdatoolRun) -> None:
    result = edatool("test")
    assert result.code == 0
    assert result.out.splitlines()[-2:] == [
        "5 tests: 5 passed, 0 failed",
        "coverage: 100 % of the events, bindings and queues",
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("[orders, log, classic]", "[orders, log]", "it also reaches classic"),
        ("[orders, log, classic]", "[orders, log, classic, graves]", "it does not reach graves"),
        ("{at_least: [orders]}", "{at_least: [graves]}", "it does not reach graves"),
        ("{at_least: [orders]}", "rejected", "it keeps its contract, and is published"),
        ("{at_least: [orders]}", "unroutable", "it reaches log, orders"),
        ("{at_least: [orders]}", "[]", "it also reaches log, orders"),
        ("payload: {}, expect: rejected", "payload: {}, expect: []", "the payload breaks its contract"),
        ("exchange: amq.topic, key: x}", "exchange: amq.topic, key: x, headers: {CC: x}}", "refuses it with 406"),
        ("expect: [graves]}", "expect: [log]}", "it ends in graves, not in log"),
        ("{queue: orders, expect: [graves]}", "{queue: graves, expect: []}", "which it does not reach"),
    ],
)
def test_a_difference_is_named_with_the_place_and_exit_1(
    shop: Path, edatool: EdatoolRun, old: str, new: str, problem: str
) -> None:
    change(shop, old, new)
    result = edatool("test")
    assert result.code == 1
    assert "FAIL" in result.out
    assert "(routes.yaml:" in result.out
    assert problem in result.out


def test_a_failure_shows_the_trace_with_the_bindings_that_did_not_match(shop: Path, edatool: EdatoolRun) -> None:
    change(shop, "{at_least: [orders]}", "[orders, log, classic]")
    assert "| " + "  x  queue classic [order.eu]: word 2 is 'us', not 'eu'" in edatool("test").out


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("short", "routes.yaml:19:5: E801 the test 'an order of the eu' fails: it also reaches classic: "),
        ("github", "::error file=routes.yaml,line=19,col=5,title=edatool E801 failed-test::the test "),
        ("gitlab", '"begin": 19'),
        ("checkstyle", '<error line="19" column="5" severity="error" message="the test '),
        ("sarif", '"startLine": 19,'),
        ("markdown", "| error | E801 | <code>routes.yaml:19</code> | the test "),
    ],
)
def test_a_test_that_failed_is_a_finding_at_its_place(shop: Path, edatool: EdatoolRun, form: str, said: str) -> None:
    change(shop, "[orders, log, classic]", "[orders, log]")
    result = edatool("test", "--format", form)
    assert result.code == 1
    assert said in result.out
    assert result.out.count("also reaches classic") == 1


def test_a_payload_that_breaks_its_contract_is_said_in_the_finding_too(shop: Path, edatool: EdatoolRun) -> None:
    change(shop, "payload: {}, expect: rejected", "payload: {}, expect: []")
    assert '"region" is a required property' in edatool("test", "--format", "short").out


def test_github_actions_is_told_of_tests_that_failed_beside_the_text(
    shop: Path, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(shop, "[orders, log, classic]", "[orders, log]")
    assert "::error" not in edatool("test").err
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert "::error file=routes.yaml,line=19,col=5," in edatool("test").err
    assert "::error" not in edatool("test", "--format", "json").err


def test_findings_leave_standard_output_to_junit(shop: Path, edatool: EdatoolRun) -> None:
    change(shop, "[orders, log, classic]", "[orders, log]")
    result = edatool("test", "--junit", "-", "--format", "short")
    assert ElementTree.fromstring(result.out).get("failures") == "1"
    assert "routes.yaml:19:5: E801 " in result.err


def test_where_all_tests_pass_there_is_no_finding(edatool: EdatoolRun) -> None:
    assert edatool("test", "--format", "short").out == ""
    assert edatool("test", "--format", "markdown").out == "### edatool test: nothing is wrong\n"


def test_coverage_names_what_no_test_reaches_and_can_be_required(shop: Path, edatool: EdatoolRun) -> None:
    change(shop, "    dead_letter: {queue: orders, expect: [graves]}\n", "")
    result = edatool("test", "--min-coverage", "100")
    assert result.code == 1
    assert "no test reaches queue graves" in result.out
    assert "no test reaches binding dead -> queue graves []" in result.out
    assert edatool("test", "--min-coverage", "50").code == 0


def test_further_files_of_tests_are_run_too(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "more.yaml").write_text("tests:\n  - {name: more, publish: placed, payload: {region: eu}, expect: []}\n")
    result = edatool("test", "more.yaml")
    assert result.code == 1
    assert "FAIL  more  (more.yaml:2:5)" in result.out
    assert "6 tests: 5 passed, 1 failed" in result.out


def test_junit_and_json_have_every_test(shop: Path, edatool: EdatoolRun) -> None:
    change(shop, "[orders, log, classic]", "[orders]")
    found = json.loads(edatool("test", "--junit", "results.xml", "--format", "json").out)
    assert [one["passed"] for one in found["tests"]] == [False, True, True, True, True]
    assert found["coverage"]["percent"] == 100.0
    suite = ElementTree.parse(shop / "results.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("5", "1")
    assert [case.get("name") for case in suite if case.find("failure") is not None] == ["an order of the eu"]


def test_junit_and_json_say_where_a_test_stands_what_it_expected_and_what_was_reached(
    shop: Path, edatool: EdatoolRun
) -> None:
    change(shop, "[orders, log, classic]", "[orders]")
    said = json.loads(edatool("test", "--junit", "results.xml", "--format", "json").out)["tests"]
    lines = (shop / "routes.yaml").read_text().splitlines()
    suite = ElementTree.parse(shop / "results.xml").getroot()
    assert float(suite.get("time", "")) >= sum(float(case.get("time", "")) for case in suite) > 0
    for one, case in zip(said, suite, strict=True):
        assert (
            (case.get("file"), case.get("line")) == (one["file"], str(one["line"])) == ("routes.yaml", case.get("line"))
        )
        assert one["name"] in "".join(lines[one["line"] - 1 : one["line"] + 1])
        assert one["seconds"] > 0
        properties = {each.get("name"): each.get("value") for each in case.iter("property")}
        assert properties == {"expected": one["expected"], "reached": one["reached"]}
    failure = suite[0].find("failure")
    assert failure is not None
    assert failure.text
    ends = "; dead-lettered from orders: graves"
    assert failure.text.splitlines()[:2] == [f"expected: orders{ends}", f"reached: classic, log, orders{ends}"]


def rehearsals(vhost: Vhost) -> set[str]:
    """Return the vhosts that tests of specs have made on the broker."""
    names = {one["name"] for one in vhost.api.get("/api/vhosts").json()}
    return {name for name in names if name.startswith("edatool-test-")}


def test_the_same_tests_pass_on_a_real_broker_whose_vhosts_are_as_before(edatool: EdatoolRun, on_broker: Vhost) -> None:
    before = rehearsals(on_broker)
    server = on_broker.url.rpartition("/")[0]
    result = edatool("test", "--broker", server, "--management", on_broker.management)
    assert result.out.count("ok    ") == 5, result.out
    assert result.code == 0
    others = rehearsals(on_broker) - before  # other processes of this test run have theirs, for a moment
    assert until(lambda: not others & rehearsals(on_broker), 60)


def test_a_wrong_expectation_fails_on_the_broker_too(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    change(shop, "{at_least: [orders]}", "unroutable")
    result = edatool("test", "--broker", on_broker.url.rpartition("/")[0], "--management", on_broker.management)
    assert "      on the broker: it reaches log, orders" in result.out


def test_a_broker_that_does_otherwise_than_the_simulator_fails_the_test(
    edatool: EdatoolRun, on_broker: Vhost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edatool.change.rehearsal._reached", lambda *_: [set()] * 5)
    result = edatool("test", "--broker", on_broker.url.rpartition("/")[0], "--management", on_broker.management)
    assert result.code == 1
    assert (
        "on the broker it reaches no queue, and the simulator says classic, log, orders: please report this"
        in result.out
    )
