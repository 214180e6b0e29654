import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from edatool.templates import TEMPLATES, files_of
from tests.broker_fixtures import Vhost, require_node
from tests.cli.conftest import EdatoolRun
from tests.cli.test_import import all_kinds

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with a name of its own, as the current one."""
    for name in ("EDATOOL_FILE", "EDATOOL_BROKER", "EDATOOL_MANAGEMENT"):
        monkeypatch.delenv(name, raising=False)
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


def written() -> list[str]:
    return sorted(str(file) for file in Path().rglob("*") if not file.is_dir())


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_is_written_is_valid_and_its_tests_pass(template: str, edatool: EdatoolRun) -> None:
    begun = edatool("init", "--template", template)
    assert (begun.code, begun.err) == (0, "")
    assert json.loads(edatool("validate", "--format", "json").out)["findings"] == []
    assert edatool("test", "--min-coverage", "100").code == 0
    listed = begun.out.removeprefix("Written:\n").split("\n")[: len(written())]
    assert sorted(line.strip() for line in listed) == written()


def test_the_spec_is_named_after_its_folder_unless_it_is_given_a_name(edatool: EdatoolRun) -> None:
    for arguments in ((), ("deeper/orders",), ("other", "--name", "${HOME}: no")):
        assert edatool("init", *arguments).code == 0
    assert "\nname: here\n" in Path("routes.yaml").read_text()
    assert "\nname: orders\n" in Path("deeper/orders/routes.yaml").read_text()
    assert '\nname: "$${HOME}: no"\n' in Path("other/routes.yaml").read_text()
    assert edatool("validate", "-f", "other/routes.yaml").code == 0


@pytest.mark.parametrize("there", ["routes.yaml", "schemas/order.placed.json", "dangling"])
def test_where_one_of_the_files_exists_nothing_is_written(there: str, edatool: EdatoolRun) -> None:
    if there == "dangling":
        there = "routes.yaml"
        Path(there).symlink_to("/nowhere/at/all")
    else:
        Path(there).parent.mkdir(exist_ok=True)
        Path(there).write_text("mine")
    refused = edatool("init")
    assert refused.code == 2
    assert refused.err == f"edatool: nothing was written, for {there} exists already: name another folder\n"
    assert written() == [there]


def test_all_files_that_are_in_the_way_are_named(edatool: EdatoolRun) -> None:
    assert edatool("init", "--template", "ci", "one").code == 0
    Path("one/routes.yaml").unlink()
    assert "for schemas/order.placed.json, .github/workflows/routes.yml, .gitlab-ci.yml exist already" in (
        edatool("init", "--template", "ci", "one").err
    )


def test_where_one_of_the_files_cannot_be_written_none_is(edatool: EdatoolRun) -> None:
    Path("schemas").write_text("a file, and no folder")
    refused = edatool("init")
    assert refused.code == 2
    assert "nothing was written, for schemas/order.placed.json cannot be: File exists" in refused.err
    assert written() == ["schemas"]


def test_a_folder_with_other_files_is_taken(edatool: EdatoolRun) -> None:
    Path("README.md").write_text("mine")
    assert edatool("init").code == 0


@pytest.mark.parametrize("folder", ["a b", "it's", "-x", "$(touch x)", "é", "a;b", "~", "#1", "*"])
def test_the_commands_work_as_printed_for_any_folder(folder: str, edatool: EdatoolRun, elsewhere: Path) -> None:
    begun = edatool("init", "--", folder)
    assert begun.code == 0
    shown = begun.out.partition("Next:\n")[2].splitlines()
    changing, validate, test = shown[:3]
    program = f"{changing} && pwd -P && {validate} && {test}"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        ["sh", "-c", program], env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout.splitlines()[0]) == (0, str((elsewhere / folder).resolve()))
    assert written() == [f"{folder}/routes.yaml", f"{folder}/schemas/order.placed.json"]


@pytest.mark.parametrize("folder", ["a\nb", "a\x1b[2Jb", "a\u202eb", "x" * 300, "file", "file/below"])
def test_a_folder_that_cannot_be_or_cannot_be_shown_is_refused(folder: str, edatool: EdatoolRun) -> None:
    Path("file").write_text("mine")
    refused = edatool("init", folder, "--name", "shop")
    assert refused.code == 2
    assert refused.err.count("\n") == 1
    assert written() == ["file"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("x" * 256, "is over 255 bytes"),
        ("a\nb", r"'a\nb' is no name that people can read"),
        (" ", "is no name that people can read"),
    ],
)
def test_a_name_that_is_none_is_refused(name: str, words: str, edatool: EdatoolRun) -> None:
    refused = edatool("init", "--name", name)
    assert refused.code == 2
    assert words in refused.err
    assert refused.err.endswith(": give the spec another name\n")
    assert written() == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("--template", "large"),
        ("--from", "definitions"),
        ("--source", __file__),
        ("--from", "broker", "--source", __file__),
        ("--from", "broker", "--template", "minimal"),
        ("--from", "definitions", "--source", __file__),
        ("--from", "definitions", "--source", "nowhere.json"),
        ("--from", "kubernetes", "--source", __file__),
        ("--from", "terraform-state", "--source", __file__),
        ("--from", "broker", "--vhost", "shop"),
    ],
)
def test_what_does_not_fit_together_or_cannot_be_read_is_a_usage_error(
    arguments: tuple[str, ...], edatool: EdatoolRun
) -> None:
    assert edatool("init", *arguments).code == 2
    assert written() == []


def test_every_command_that_is_printed_works_as_printed(edatool: EdatoolRun, tmp_path: Path) -> None:
    require_node()
    shown = edatool("init", "orders").out.partition("Next:\n")[2]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "XDG_CACHE_HOME": str(tmp_path / "c")}
    program = f"set -e; trap 'edatool broker stop' EXIT\n{shown}"
    ran = subprocess.run(["sh", "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "routes.yaml: valid" in ran.stderr
    assert "1 test: 1 passed" in ran.stdout
    assert "order.placed confirmed: events [order.placed]" in ran.stdout


def test_the_page_shows_what_is_printed(edatool: EdatoolRun) -> None:
    page = (ROOT / "docs" / "tasks" / "write-the-spec.md").read_text()
    assert f"```console\n$ edatool init orders\n{edatool('init', 'orders').out}```\n" in page


def answered(answers: str, *arguments: str) -> str:
    """Run ``edatool init`` at a terminal, and return what it shows there."""
    terminal, ours = pty.openpty()
    os.write(terminal, answers.encode())
    command = [sys.executable, "-m", "edatool", "init", *arguments]
    ran = subprocess.run(command, stdin=ours, capture_output=True, text=True, check=False)
    os.close(ours)
    os.close(terminal)
    assert ran.returncode == 0, ran.stderr
    return ran.stderr


def test_at_a_terminal_it_asks_three_questions_at_most(elsewhere: Path) -> None:
    questions = answered("mine\nshop\nbig one\n")
    assert [questions.count(one) for one in ("Folder [.]:", "Template (", "Name of the spec [mine]:")] == [1, 1, 1]
    assert '\nname: "big one"\n' in Path("mine/routes.yaml").read_text()
    assert len(written()) == len(files_of("shop"))


def test_at_a_terminal_nothing_is_asked_that_is_given() -> None:
    assert answered("", "here", "--template", "minimal", "--name", "shop") == ""


def test_a_definitions_file_is_taken_over(edatool: EdatoolRun, tmp_path: Path) -> None:
    queue = {"name": "q", "vhost": "shop", "durable": True, "auto_delete": False, "arguments": {}}
    source = tmp_path / "rabbit.json"
    source.write_text(json.dumps({"queues": [queue], "users": [{"name": "somebody"}]}))
    begun = edatool("init", "--from", "definitions", "--source", str(source), "orders")
    assert (begun.code, begun.out) == (0, "Written:\n  orders/routes.yaml\nNext:\n  cd orders\n  edatool validate\n")
    assert "W403 users of the file are not taken over" in begun.err
    assert begun.err.endswith("objects taken over: 1; see the 1 note above\n")
    assert "\nname: orders\nvhost: shop\n" in Path("orders/routes.yaml").read_text()
    assert edatool("validate", "-f", "orders/routes.yaml").code == 0


KUBERNETES = """\
apiVersion: rabbitmq.com/v1beta1
kind: Queue
metadata: {name: orders}
spec: {name: orders, vhost: shop, type: quorum, durable: true, rabbitmqClusterReference: {name: rabbit}}
---
apiVersion: rabbitmq.com/v1beta1
kind: User
metadata: {name: somebody}
spec: {rabbitmqClusterReference: {name: rabbit}}
"""
TERRAFORM = """\
{"format_version": "1.0", "values": {"root_module": {"resources": [
{"address": "rabbitmq_queue.orders", "mode": "managed", "type": "rabbitmq_queue", "name": "orders", "values":
{"name": "orders", "vhost": "shop", "settings":
[{"durable": true, "arguments_json": "{\\"x-queue-type\\":\\"quorum\\"}"}]}},
{"address": "rabbitmq_user.somebody", "mode": "managed", "type": "rabbitmq_user", "name": "somebody", "values": {}}
]}}}
"""


@pytest.mark.parametrize(
    ("kind", "text", "left_out", "called"),
    [
        ("kubernetes", KUBERNETES, "6:1: W403 the User 'somebody'", "file of Kubernetes resources"),
        ("terraform-state", TERRAFORM, "5:1: W403 rabbitmq_user.somebody", "Terraform state"),
    ],
)
def test_what_other_tools_have_made_is_taken_over(
    kind: str, text: str, left_out: str, called: str, edatool: EdatoolRun
) -> None:
    source = Path("../theirs").absolute()
    source.write_text(text)
    begun = edatool("init", "--from", kind, "--source", str(source))
    assert begun.code == 0
    assert f"{source}:{left_out} is not taken over: keep it where it is managed now\n" in begun.err
    assert Path("routes.yaml").read_text() == (
        f"# Taken over by edatool from the {called} theirs, vhost shop.\nedatool: 1\nname: here\nvhost: shop\n\n"
        "queues:\n  orders: {type: quorum}\n"
    )
    assert edatool("validate").code == 0
    piped = edatool("init", "--from", kind, "--source", "-", "piped", typed=text)
    assert piped.code == 0
    assert Path("piped/routes.yaml").read_text().endswith("queues:\n  orders: {type: quorum}\n")


ASYNCAPI = """\
asyncapi: 3.0.0
info: {title: Orders, version: "1"}
servers: {main: {host: rabbit, protocol: amqp}}
channels:
  placed:
    address: order.placed
    bindings: {amqp: {is: routingKey, exchange: {name: events, type: topic}}}
    messages: {order.placed: {payload: {type: object}}}
"""


def test_events_and_schemas_of_an_asyncapi_document_are_taken_over(edatool: EdatoolRun) -> None:
    Path("schemas").mkdir()
    Path("schemas/order.placed.json").write_text("mine")
    refused = edatool("init", "--from", "asyncapi", "--source", "-", typed=ASYNCAPI)
    assert refused.code == 2
    assert "nothing was written, for schemas/order.placed.json exists already" in refused.err
    begun = edatool("init", "--from", "asyncapi", "--source", "-", "orders", typed=ASYNCAPI)
    assert begun.code == 0
    assert begun.out.startswith("Written:\n  orders/routes.yaml\n  orders/schemas/order.placed.json\nNext:\n")
    assert begun.err == (
        "-:3:10: W403 servers of the document is not taken over: keep it where it is managed now\n"
        "objects taken over: 2; see the 1 note above\n"
    )
    assert edatool("validate", "-f", "orders/routes.yaml").code == 0


def test_what_an_asyncapi_document_says_wrong_is_told_with_its_place_in_what_is_written(edatool: EdatoolRun) -> None:
    source = ASYNCAPI.replace("{type: object}", "{type: thing}")
    begun = edatool("init", "--from", "asyncapi", "--source", "-", "orders", typed=source)
    assert begun.code == 1
    assert "orders/schemas/order.placed.json:3:11: E303 not a valid schema" in begun.err


def test_a_vhost_is_taken_over_as_import_does(edatool: EdatoolRun, on_broker: Vhost) -> None:
    with all_kinds(on_broker):
        begun = edatool("init", "--from", "broker", "--name", "mine")
        imported = edatool("import", "--name", "mine", "-o", "imported.yaml")
    assert begun.code == 0
    assert begun.err == imported.err
    assert Path("routes.yaml").read_text() == Path("imported.yaml").read_text()
    assert edatool("init", "--from", "broker", "--name", "mine").code == 2
