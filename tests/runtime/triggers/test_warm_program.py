import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from edatool.errors import WrongUsage
from edatool.runtime.consume.failures import Drop, Reject, Retry
from edatool.runtime.triggers.failed import ActionFailed
from edatool.runtime.triggers.warm_program import LONGEST_ANSWER, WarmProgram
from tests.runtime.triggers.consumed import consumed

ANSWERS = """
import json, os, sys
for line in sys.stdin:
    event = json.loads(line)
    with open(sys.argv[1], "a") as kept:
        print(os.getpid(), event["id"], file=kept)
    print(json.dumps(event["data"]["answer"]), flush=True)
"""


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept"


@pytest.fixture
def program(kept: Path) -> Iterator[WarmProgram]:
    with closing(WarmProgram([sys.executable, "-c", ANSWERS, str(kept)], 30)) as one:
        yield one


def ask(program: WarmProgram, answer: object) -> None:
    program(consumed(payload={"answer": answer}))


def test_one_process_handles_event_after_event(program: WarmProgram, kept: Path) -> None:
    for number in range(3):
        program(consumed(id=f"m-{number}", payload={"answer": {"outcome": "done"}}))
    lines = [line.split() for line in kept.read_text().splitlines()]
    assert [message for _, message in lines] == ["m-0", "m-1", "m-2"]
    assert len({process for process, _ in lines}) == 1


def test_threads_have_processes_of_their_own_and_each_gets_its_own_answer(program: WarmProgram) -> None:
    def handle(number: int) -> str:
        with pytest.raises(Reject) as refused:
            ask(program, {"outcome": "reject", "reason": f"no {number}"})
        return refused.value.reason

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(handle, range(40))) == [f"no {number}" for number in range(40)]


def test_a_program_says_what_is_to_become_of_an_event(program: WarmProgram) -> None:
    with pytest.raises(Reject, match="no such customer"):
        ask(program, {"outcome": "reject", "reason": "no such customer"})
    with pytest.raises(Drop):
        ask(program, {"outcome": "drop"})
    with pytest.raises(ActionFailed, match="busy"):
        ask(program, {"outcome": "retry", "reason": "busy"})
    with pytest.raises(Retry) as retry:
        ask(program, {"outcome": "retry", "after": 60})
    assert retry.value.after == 60


@pytest.mark.parametrize("answer", [{"outcome": "fine"}, {}, [], "done", None, {"outcome": ["done"]}])
def test_an_answer_that_is_no_outcome_is_a_failure(program: WarmProgram, answer: object) -> None:
    with pytest.raises(ActionFailed, match="answered no outcome"):
        ask(program, answer)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("input(); print('fine')", "no line of JSON"),
        ("input(); print('[' * 30000)", "no line of JSON"),
        ("input()", "ended before it had answered"),
        ("raise SystemExit(1)", "ended before it had"),
        ("input(); print('1' * 70000)", f"more than {LONGEST_ANSWER} bytes"),
        ("""input(); print('{"outcome": "done"}' '\\n' '{"outcome": "done"}')""", "out of turn"),
        ("import time; time.sleep(600)", "too long to answer"),
    ],
)
def test_a_program_that_misbehaves_fails_and_is_started_anew(code: str, said: str) -> None:
    with closing(WarmProgram([sys.executable, "-c", code], 1 if "sleep" in code else 30)) as program:
        for _ in range(2):
            with pytest.raises(ActionFailed, match=said):
                program(consumed())


def test_an_event_larger_than_a_pipe_meets_a_program_that_talks_before_it_has_read_all() -> None:
    code = "import sys; print('{\"outcome\": \"done\"}', end='', flush=True); sys.stdin.readline(); print(flush=True)"
    with closing(WarmProgram([sys.executable, "-c", code], 30)) as program:
        program(consumed(payload="x" * 1_000_000))


def test_a_program_that_is_not_there_is_said_before_anything_is_consumed() -> None:
    with pytest.raises(WrongUsage, match="there is no program"):
        WarmProgram(["no-such-program"], 30)
