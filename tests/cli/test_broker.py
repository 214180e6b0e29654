import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from edatool.cli.main import run
from edatool.server import node
from tests.processes import Process

# A test run in the background ignores SIGINT, and so would what it starts.
MAIN = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);from edatool.cli.main import main; main()"
)
SHOW = "import json, os; print(json.dumps(dict(os.environ)), flush=True)"


@pytest.mark.parametrize("command", [[], ["start"], ["stop"], ["status"], ["run"]])
def test_help_has_an_example(command: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["broker", *command, "--help"]) == 0
    assert "Example: " in capfd.readouterr().out


def test_start_status_and_stop(node_folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    where = ["--folder", str(node_folder)]
    assert run(["broker", "start", *where]) == 0
    out, err = capfd.readouterr()
    started = node.start(node_folder)
    assert out == f"export EDATOOL_BROKER='{started.url}'\nexport EDATOOL_MANAGEMENT='{started.management}'\n"
    assert "this private node's own" in err
    assert run(["broker", "status", *where]) == 0
    assert f"RabbitMQ {started.version} runs at amqp://edatool@127.0.0.1:" in capfd.readouterr().out
    assert run(["broker", "start", "--format", "json", *where]) == 0
    shown = _printed(capfd)
    assert list(shown) == ["format_version", "running", "url", "management", "version", "pid", "folder"]
    del shown["url"]  # it holds the password, which only start shows
    assert run(["broker", "status", "--format", "json", *where]) == 0
    assert _printed(capfd) == shown
    assert run(["broker", "stop", *where]) == 0
    assert capfd.readouterr().out == f"stopped the RabbitMQ in {node_folder}\n"


def test_a_folder_without_a_node(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    where = ["--folder", str(tmp_path)]
    assert run(["broker", "status", *where]) == 4
    assert capfd.readouterr().out == f"no RabbitMQ runs in {tmp_path}: edatool broker start starts one\n"
    assert run(["broker", "status", "--format", "json", *where]) == 4
    assert _printed(capfd) == {"format_version": 1, "running": False, "folder": str(tmp_path)}
    assert run(["broker", "stop", "--format", "json", *where]) == 0
    assert _printed(capfd) == {"format_version": 1, "stopped": False, "folder": str(tmp_path)}


def test_run_passes_on_the_exit_code_and_the_broker(node_folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    del node_folder  # it only says that a node can be started
    assert run(["broker", "run", "--", sys.executable, "-c", f"{SHOW}; raise SystemExit(7)"]) == 7
    environment = _printed(capfd)
    assert environment["EDATOOL_BROKER"].startswith("amqp://edatool:")
    assert environment["EDATOOL_MANAGEMENT"].startswith("http://127.0.0.1:")


def test_run_names_a_missing_command(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["broker", "run", "no-such-command"]) == 2
    assert "there is no command no-such-command" in capfd.readouterr().err


@pytest.mark.parametrize(("kind", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_an_interrupted_run_leaves_nothing(node_folder: Path, kind: signal.Signals, code: int) -> None:
    node_folder.mkdir()
    waits = f"{SHOW}; import time; time.sleep(60)"
    with Process[bytes](
        [sys.executable, "-c", MAIN, "broker", "run", "--", sys.executable, "-c", waits],
        env=os.environ | {"TMPDIR": str(node_folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout
        assert b"EDATOOL_BROKER" in process.stdout.readline()
        [folder] = node_folder.iterdir()
        assert node.status(folder)
        os.killpg(process.pid, kind)
        process.communicate(timeout=60)
    assert process.returncode == code
    assert list(node_folder.iterdir()) == []


def _printed(capfd: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return dict(json.loads(capfd.readouterr().out))
