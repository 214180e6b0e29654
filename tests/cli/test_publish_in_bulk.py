import json
import os
import pty
import signal
import stat
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from edatool.broker.address import parse
from edatool.checks.error_rules import WRITTEN
from edatool.checks.rules import routing_header
from tests.broker.test_publishing import ids_in
from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun
from tests.processes import Process
from tests.proxy import Proxy

MANY = 20_000
BAD_EVERY = 100
GOOD, BAD = '{"region": "eu", "total": %d}', '{"region": "eu", "nr": %d}'
COMMAND = [sys.executable, "-c", "from edatool.cli.main import main; main()", "publish", "order.placed"]


@pytest.fixture(autouse=True)
def _applied(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    spec = shop / "routes.yaml"
    spec.write_text(spec.read_text().replace("{type: quorum}", "{type: classic}"))
    assert edatool("apply", "--yes").code == 0


def lines(count: int) -> str:
    return "".join((GOOD if number % BAD_EVERY else BAD) % number + "\n" for number in range(count))


def records(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "this took too long"
        time.sleep(0.01)


def published_in(state: Path) -> int:
    return int(json.loads(state.read_text())["position"]) if state.exists() else 0


def test_of_many_only_those_are_shown_that_were_not_confirmed(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    (shop / "a.jsonl").write_text(f"{GOOD % 1}\n\n{BAD % 2}\n")
    (shop / "b.ndjson").write_text(GOOD % 3)
    (shop / "c.json").write_text(f"{GOOD % 4}\n")
    result = edatool("publish", "order.placed", "a.jsonl", "b.ndjson", "c.json")
    first, *_ = result.out.splitlines()
    assert first == "a.jsonl:3: order.placed rejected"
    assert result.err == "4 payloads: 3 confirmed, 1 rejected\n"
    assert result.code == 1
    assert ids_in(on_broker.url, "orders").total() == 3


def test_rejects_hold_the_payload_as_it_was_and_why(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "a.jsonl").write_bytes(b'{"region":   "eu"}\n{"region": "eu", "total": 1}\n\xff\n')
    assert edatool("publish", "order.placed", "a.jsonl", "--rejects", "bad.jsonl").code == 1
    first, second = records(shop / "bad.jsonl")
    assert (first["file"], first["line"], first["outcome"]) == ("a.jsonl", 1, "rejected")
    assert first["payload"] == '{"region":   "eu"}'
    assert first["violations"]
    assert str(second["payload"]).encode(errors="surrogateescape") == b"\xff"


def test_ids_are_those_of_the_run_and_sort_as_the_lines(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "a.jsonl").write_text(lines(50))
    result = edatool("publish", "order.placed", "a.jsonl", "--format", "json", "--resume", "state")
    ids = [one["message_id"] for one in map(json.loads, result.out.splitlines()) if one["message_id"]]
    assert len(set(ids)) == 49
    assert ids == sorted(ids)
    run = json.loads((shop / "state").read_text())["run"]
    assert {one[:24] for one in ids} == {run[:24]}


def test_a_run_that_is_complete_is_not_published_again_and_new_lines_are(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    command = ("publish", "order.placed", "a.jsonl", "--resume", "state")
    (shop / "a.jsonl").write_text(lines(150))
    first, second = edatool(*command), edatool(*command)
    assert first.err == "150 payloads: 148 confirmed, 2 rejected\n"
    assert second.err == "nothing new: 150 payloads: 148 confirmed, 2 rejected\n"
    assert (first.code, second.code, second.out) == (1, 1, "")
    (shop / "a.jsonl").write_text(lines(160))
    assert edatool(*command).err == "160 payloads: 158 confirmed, 2 rejected\n"
    assert max(ids_in(on_broker.url, "orders").values()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("order.placed", "b.jsonl", "--resume", "state"), "another run"),
        (("order.placed", "a.jsonl", "--resume", "broken"), "another file"),
        (("order.placed", "a.jsonl", "--resume", "list"), "another file"),
        (("order.placed", "a.jsonl", "--resume", "damaged"), "damaged"),
        (("order.placed", "nosuch.jsonl"), "no such file"),
        (("order.placed", "a.jsonl", "--rejects", "nosuch/folder"), "nosuch/folder"),
        (("order.placed", "a.jsonl", "--resume", "nosuch/folder"), "nosuch/folder"),
        ((), "name an EVENT"),
        (("order.placed", "--payload-field", "data"), "--event-field"),
        (("order.placed", "--dry-run", "--resume", "x"), "--dry-run"),
        (("order.placed", "a.jsonl", "--rate", "0"), "--rate"),
        (("order.placed", "a.jsonl", "--resume", "-"), "takes a file"),
        (("order.placed", "a.jsonl", "--rejects", "-", "--format", "json"), "standard output"),
    ],
)
def test_what_does_not_fit_is_a_usage_error(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost, arguments: Sequence[str], words: str
) -> None:
    (shop / "a.jsonl").write_text(lines(3))
    (shop / "b.jsonl").write_text(lines(3))
    assert edatool("publish", "order.placed", "a.jsonl", "--resume", "state").code == 1
    (shop / "broken").write_text("{")
    (shop / "list").write_text("[]")
    (shop / "damaged").write_text('{"format_version": 1, "files": []}')
    result = edatool("publish", *arguments)
    assert (result.code, words in result.err) == (2, True)
    assert ids_in(on_broker.url, "orders").total() == 2


def test_another_input_than_before_is_refused(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "a.jsonl").write_text(lines(20))
    assert edatool("publish", "order.placed", "a.jsonl", "--resume", "state").code == 1
    for other in (lines(20).replace("eu", "us"), lines(10)):
        (shop / "a.jsonl").write_text(other)
        result = edatool("publish", "order.placed", "a.jsonl", "--resume", "state")
        assert (result.code, "the same input" in result.err) == (2, True)


def test_a_killed_run_goes_on_and_no_line_is_lost(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    """Killed again and again; then every line is in the queue or among the rejects, and doubles have one id."""
    for name in ("a.jsonl", "b.jsonl"):
        (shop / name).write_text(lines(MANY // 2))
    files = ["a.jsonl", "b.jsonl", "--resume", "state", "--rejects", "bad.jsonl"]
    for _ in range(3):
        before = published_in(shop / "state")
        with Process([*COMMAND, *files, "--rate", "4000"], stdout=subprocess.DEVNULL) as process:
            until(lambda: published_in(shop / "state") > before)  # noqa: B023 - called at once
            process.kill()
    assert published_in(shop / "state") < MANY
    result = edatool("publish", "order.placed", *files)
    good, bad = MANY - MANY // BAD_EVERY, MANY // BAD_EVERY
    assert result.err == f"{MANY} payloads: {good} confirmed, {bad} rejected\n"
    held = ids_in(on_broker.url, "orders")
    rejected = {(one["file"], one["line"]) for one in records(shop / "bad.jsonl")}
    assert (len(held), len(rejected)) == (good, bad)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_order_also_while_it_waits_for_input(
    shop: Path, on_broker: Vhost, number: signal.Signals
) -> None:
    command = [*COMMAND, "-", "--lines", "--resume", "state", "--format", "json"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with Process(command, text=True, **pipes) as process:  # type: ignore[call-overload]
        assert process.stdin
        assert process.stdout
        process.stdin.write(lines(2000))
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupted: run it again with --resume state to go on" in err
    confirmed = {one["message_id"] for one in map(json.loads, out.splitlines()) if one["outcome"] == "confirmed"}
    assert confirmed == set(ids_in(on_broker.url, "orders"))
    assert published_in(shop / "state") > 0


def test_a_second_run_with_the_same_state_is_refused_while_the_first_lasts(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    command = [*COMMAND, "-", "--lines", "--resume", "state"]
    with Process[bytes](command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        until((shop / "state").exists)
        result = edatool("publish", "order.placed", "-", "--lines", "--resume", "state", typed=lines(5))
        assert (result.code, "another process" in result.err) == (5, True)
        assert process.stdin
        process.stdin.write(lines(5).encode())
        process.stdin.close()
    assert process.returncode == 1
    assert ids_in(on_broker.url, "orders").total() == 4


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_ends_the_run_with_the_lines_before_settled(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "a.jsonl").write_text(lines(BAD_EVERY + 1).split("\n", 1)[1])
    result = edatool("publish", "order.placed", "a.jsonl", "--rejects", "/dev/full", "--resume", "state")
    assert (result.code, "/dev/full cannot be written" in result.err) == (2, True)
    assert published_in(shop / "state") == BAD_EVERY - 1


def test_a_broker_that_goes_silent_stops_the_run_and_the_next_one_goes_on(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    address = parse(on_broker.url)
    (shop / "a.jsonl").write_text(lines(MANY))
    command = ("publish", "order.placed", "a.jsonl", "--resume", "state", "--rejects", "bad.jsonl")
    with Proxy((address.host, address.port)) as proxy:
        url = on_broker.url.replace(f":{address.port}", f":{proxy.port}")
        slow = [*COMMAND, *command[2:], "--broker", url, "--timeout", "5", "--rate", "2000"]
        with Process(slow, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            until(lambda: published_in(shop / "state") > 100)
            proxy.stall()
            _, err = process.communicate(timeout=60)
        proxy.flow()
    assert process.returncode == 6
    assert "Stopped at a.jsonl:" in err
    assert "--resume state" in err
    assert 100 < published_in(shop / "state") < MANY
    result = edatool(*command)
    good, bad = MANY - MANY // BAD_EVERY, MANY // BAD_EVERY
    assert result.err == f"{MANY} payloads: {good} confirmed, {bad} rejected\n"
    assert len(ids_in(on_broker.url, "orders")) == good
    assert {one["outcome"] for one in records(shop / "bad.jsonl")} == {"rejected"}


def test_without_a_state_what_may_have_arrived_is_among_the_rejects(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    address = parse(on_broker.url)
    (shop / "a.jsonl").write_text(lines(20_000))
    with Proxy((address.host, address.port)) as proxy:
        url = on_broker.url.replace(f":{address.port}", f":{proxy.port}")
        slow = [*COMMAND, "a.jsonl", "--rejects", "bad", "--broker", url, "--timeout", "5", "--format", "json"]
        with Process(slow, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            shown = [json.loads(process.stdout.readline()) for _ in range(500)]
            proxy.stall()
            shown += [json.loads(line) for line in process.stdout]
        proxy.flow()
    assert process.returncode == 6
    unknown = [one["line"] for one in records(shop / "bad") if one["outcome"] == "unknown"]
    assert unknown
    assert [one["line"] for one in shown if one["outcome"] == "unknown"] == unknown


def test_no_broker_is_exit_4_and_the_state_is_at_the_start(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "a.jsonl").write_text(lines(20).replace('"nr"', '"total"'))
    result = edatool("publish", "order.placed", "a.jsonl", "--resume", "state", "--broker", "amqp://127.0.0.1:1")
    assert result.code == 4
    assert published_in(shop / "state") == 0


def test_what_is_the_same_is_shown_once_with_the_place_of_the_first_and_the_last(
    shop: Path, edatool: EdatoolRun
) -> None:
    (shop / "a.jsonl").write_text("{}\n" * 3 + '{"region": "eu"}\n' + "{}\n" * 4)
    (shop / "b.json").write_text("{}")
    (shop / "c.json").write_text('{"region": "eu"}')
    for further in ((), ("--dry-run",)):
        result = edatool("publish", "order.placed", "a.jsonl", "b.json", "c.json", *further)
        assert result.out.count(": order.placed rejected\n") == 2
        assert "7 more are the same as a.jsonl:1, the last one is b.json\n" in result.out
        assert "c.json: the same as a.jsonl:4\n" in result.out


def test_a_file_of_its_own_is_named_where_it_is_rejected(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "a.json").write_text("{}")
    assert edatool("publish", "order.placed", "a.json").out.startswith("a.json: order.placed rejected\n")
    assert edatool("publish", "order.placed", "-", typed="{}").out.startswith("order.placed rejected\n")


@pytest.mark.parametrize("state", [(), ("--resume", "state")])
def test_a_missing_exchange_stops_the_run_at_the_first_line(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost, state: Sequence[str]
) -> None:
    on_broker.api.delete(f"/api/exchanges/{on_broker.quoted}/events").raise_for_status()
    (shop / "a.jsonl").write_text(f"{GOOD % 1}\n" * 20_000)
    command = ("publish", "order.placed", "a.jsonl", "--rejects", "bad.jsonl", *state)
    result = edatool(*command)
    assert result.code == 6
    assert "Stopped at a.jsonl:1: the broker has no exchange 'events', which edatool apply makes" in result.err
    assert "--resume state to go on" in result.err or not state
    total, nacked = int(result.err.split(" payloads: ")[0]), len(records(shop / "bad.jsonl"))
    assert 0 < total <= 3000
    assert nacked == (0 if state else total)
    assert edatool("apply", "--yes").code == 0
    if state:
        assert edatool(*command).err == "20000 payloads: 20000 confirmed\n"
        assert len(ids_in(on_broker.url, "orders")) == 20_000


def test_a_line_that_the_broker_refuses_is_among_the_rejects_and_all_others_are_sent(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A body that is larger than the broker takes, which only it knows: played by a header that it refuses."""
    rules = tuple(rule for rule in WRITTEN if rule is not routing_header.find)
    monkeypatch.setattr("edatool.checks.error_rules.WRITTEN", rules)
    spec = shop / "routes.yaml"
    spec.write_text(spec.read_text().replace("headers: {tier: tier}", "headers: {CC: tier}"))
    bad = '{"region": "eu", "total": 1, "tier": "r"}\n'
    (shop / "a.jsonl").write_text(
        "".join(bad if number in (10, 11, 500) else GOOD % number + "\n" for number in range(1000))
    )
    command = ("publish", "order.placed", "a.jsonl", "--resume", "state", "--rejects", "bad.jsonl")
    result = edatool(*command)
    assert result.err == "1000 payloads: 997 confirmed, 3 nacked\n"
    assert [(one["line"], one["outcome"]) for one in records(shop / "bad.jsonl")] == [
        (line, "nacked") for line in (11, 12, 501)
    ]
    assert edatool(*command).err == "nothing new: 1000 payloads: 997 confirmed, 3 nacked\n"
    held = ids_in(on_broker.url, "orders")
    assert (len(held), max(held.values()) <= 3) == (997, True)


def test_lines_in_a_file_of_one_payload_get_a_hint(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "a.json").write_text(f"{GOOD % 1}\n{GOOD % 2}\n")
    (shop / "b.json").write_text('{\n"region": "eu",\n"total": 1}')
    for further in ((), ("--dry-run",)):
        result = edatool("publish", "order.placed", "a.json", *further)
        assert result.code == 1
        assert "a.json holds a payload in each line: give --lines, or name it .jsonl\n" in result.err
        assert edatool("publish", "order.placed", "b.json", *further).err == ""


def test_rejects_may_go_to_standard_output(shop: Path) -> None:
    (shop / "a.jsonl").write_text(f"{GOOD % 1}\n{{}}\n")
    done = subprocess.run([*COMMAND, "a.jsonl", "--rejects", "-"], check=False, capture_output=True, text=True)
    assert [json.loads(line)["line"] for line in done.stdout.splitlines()] == [2]
    assert "a.jsonl:2: order.placed rejected\n" in done.stderr


def test_a_rate_is_kept(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "a.jsonl").write_text(lines(100))
    start = time.monotonic()
    assert edatool("publish", "order.placed", "a.jsonl", "--rate", "100").code == 1
    assert 0.9 < time.monotonic() - start < 10


def test_lines_may_name_their_event(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    whole = [
        '{"type": "order.placed", "region": "eu", "total": 1.50}',
        '{"type": "order.plaecd"}',
        '{"type": 3}',
        "[]",
        "{",
    ]
    result = edatool("publish", "--event-field", "type", "--format", "json", typed="\n".join(whole))
    outcomes = [(one["event"], one["outcome"]) for one in map(json.loads, result.out.splitlines())]
    assert outcomes == [("order.placed", "confirmed"), ("order.plaecd", "rejected"), *[("", "rejected")] * 3]
    missing = edatool("publish", "--event-field", "kind", typed=whole[0])
    assert missing.out.splitlines()[:2] == [
        "-:1: rejected",
        "  (payload): the field 'kind' is missing, which has to name an event of the spec",
    ]
    inside = '{"type": "order.placed", "data": {"region": "eu", "total": 2}}\n{"type": "order.placed"}'
    result = edatool("publish", "--event-field", "type", "--payload-field", "data", typed=inside)
    assert result.err == "2 payloads: 1 confirmed, 1 rejected\n"
    ask = {"count": 10, "ackmode": "ack_requeue_true", "encoding": "auto"}
    held = on_broker.api.post(f"/api/queues/{on_broker.quoted}/orders/get", json=ask).raise_for_status().json()
    assert [one["payload"] for one in held] == [whole[0], '{"region":"eu","total":2}']


def test_lines_that_are_cloudevents_keep_their_ids(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    spec = shop / "routes.yaml"
    spec.write_text(spec.read_text().replace("{exchange: events", "{cloudevents: structured, exchange: events"))
    event = {"specversion": "1.0", "id": "o-1", "source": "/till", "type": "order.placed"}
    event["data"] = json.loads(GOOD % 1)
    assert edatool("publish", "--event-field", "type", typed=json.dumps(event)).code == 0
    assert ids_in(on_broker.url, "orders") == Counter(["o-1"])


def _read_all(terminal: int) -> Iterator[bytes]:
    with suppress(OSError):  # how a terminal says that nobody writes any more
        while piece := os.read(terminal, 65536):
            yield piece
    os.close(terminal)


def test_a_bar_is_shown_on_a_terminal_only(shop: Path) -> None:
    (shop / "a.jsonl").write_text(lines(200))
    ours, theirs = pty.openpty()
    with Process[bytes]([*COMMAND, "a.jsonl"], stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        shown = b"".join(_read_all(ours))
        assert process.stdout
        out = process.stdout.read()
    assert b"100%" in shown
    assert b"200 payloads: 198 confirmed, 2 rejected" in shown
    assert out.startswith(b"a.jsonl:1: order.placed rejected\n")
    assert b"\x1b" not in out


def test_a_dry_run_shows_a_bar_too(shop: Path) -> None:
    (shop / "a.jsonl").write_text(lines(200))
    ours, theirs = pty.openpty()
    with Process[bytes]([*COMMAND, "a.jsonl", "--dry-run"], stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        shown = b"".join(_read_all(ours))
        assert process.stdout
        process.stdout.read()
    assert b"100%" in shown


def test_reading_from_a_terminal_says_so(shop: Path) -> None:
    ours, theirs = pty.openpty()
    with Process(COMMAND, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        assert "Reading from the terminal" in process.stderr.readline()
        os.write(ours, (GOOD % 1 + "\n").encode() + b"\x04")
        out, _ = process.communicate(timeout=60)
    os.close(theirs)
    os.close(ours)
    assert out == "order.placed confirmed: events [order.eu.placed]\n"


@pytest.mark.slow
def test_memory_does_not_grow_with_the_input(shop: Path, on_broker: Vhost) -> None:
    largest = []
    for count in (20_000, 200_000):
        with Process[bytes]([*COMMAND, "-", "--lines", "--resume", f"{count}"], stdin=subprocess.PIPE) as process:
            assert process.stdin
            for number in range(count):
                process.stdin.write((GOOD % number).encode() + b"\n")
            process.stdin.close()
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        largest.append(used.ru_maxrss)
    assert largest[1] < largest[0] * 1.1


def test_rejects_are_for_their_owners_eyes(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "a.jsonl").write_text("{}\n")
    (shop / "bad.jsonl").touch(mode=0o644)
    for file in ("bad.jsonl", "new.jsonl"):
        edatool("publish", "order.placed", "a.jsonl", "--dry-run", "--rejects", file)
        assert stat.S_IMODE((shop / file).stat().st_mode) == 0o600
