import json
from pathlib import Path

import pytest

from tests.cli.conftest import EdatoolRun


def test_a_valid_spec_says_so_and_prints_nothing_else(shop: Path, edatool: EdatoolRun) -> None:
    result = edatool("validate")
    assert (result.code, result.out, result.err) == (0, "", "routes.yaml: valid\n")


def test_all_findings_come_at_once_in_order_with_exit_1(shop: Path, edatool: EdatoolRun) -> None:
    with (shop / "routes.yaml").open("a") as spec:
        spec.write("  - {queue: nope, exchange: evnts, key: x}\nqueus: {}\n")
    result = edatool("validate", "--format", "short")
    lines = result.out.splitlines()
    assert result.code == 1
    assert [line.split()[:2] for line in lines] == [
        ["routes.yaml:13:13:", "E204"],
        ["routes.yaml:13:29:", "E204"],
        ["routes.yaml:14:1:", "E101"],
    ]
    assert "did you mean 'events'?" in lines[1]
    assert edatool("validate").err == "routes.yaml: 3 errors\n"


def test_on_a_terminal_it_says_who_explains_the_first_error(
    shop: Path, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (shop / "routes.yaml").read_text() + "policies: {a: {pattern: b, definition: {max-lenght: 1}}}\n"
    (shop / "routes.yaml").write_text(text + "nmae: shop\n")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert edatool("validate").err == "routes.yaml: 1 error, 1 warning\nedatool explain E101 says more\n"
    (shop / "routes.yaml").write_text(text)
    assert edatool("validate").err == "routes.yaml: 1 warning\nedatool explain W227 says more\n"
    (shop / "routes.yaml").write_text(text.replace("lenght", "length"))
    assert edatool("validate").err == "routes.yaml: valid\n"


def test_json_has_every_finding_with_its_place(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "routes.yaml").write_text("edatool: 1\nname: x\nqueues: {q: {durable: false}}\n")
    result = edatool("validate", "--format", "json")
    assert result.code == 0
    assert json.loads(result.out) == {
        "format_version": 1,
        "findings": [
            {
                "code": "W226",
                "name": "transient-queue",
                "severity": "warning",
                "message": json.loads(result.out)["findings"][0]["message"],
                "file": "routes.yaml",
                "line": 3,
                "column": 23,
                "fingerprint": json.loads(result.out)["findings"][0]["fingerprint"],
                "fix": None,
            }
        ],
        "ignored": [],
    }


def test_files_are_taken_as_arguments_and_checked_one_by_one(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "other.yaml").write_text("edatool: 1\nname: x\nqueues: {q: 3}\n")
    result = edatool("validate", "routes.yaml", "other.yaml")
    assert result.code == 1
    assert result.out.startswith("other.yaml:3:13: E103")


def test_later_files_override_earlier_ones(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "prod.yaml").write_text("queues: {orders: {max_length: many}}\n")
    assert edatool("validate", "-f", "routes.yaml", "-f", "prod.yaml").out.startswith("prod.yaml:1:31: E103")


@pytest.mark.parametrize(
    "schema",
    ["not json", '{"type": "objekt"}', '{"$ref": "http://example.com/x.json"}', '{"$ref": "../x.json"}'],
)
def test_a_bad_schema_is_a_positioned_finding(shop: Path, edatool: EdatoolRun, schema: str) -> None:
    (shop / "order.json").write_text(schema)
    result = edatool("validate")
    assert result.code == 1
    assert result.out.startswith("order.json:1:")


def test_a_missing_file_is_a_finding_and_an_error_of_usage(shop: Path, edatool: EdatoolRun) -> None:
    result = edatool("validate", "-f", "nope.yaml")
    assert result.code == 2
    assert "nope.yaml:1:1: E001 nope.yaml cannot be read: No such file or directory" in result.out


def test_the_format_is_printed_as_json_schema(edatool: EdatoolRun) -> None:
    assert json.loads(edatool("schema").out)["title"] == "edatool routes"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (("routes.yaml",), "1 warning: edatool validate shows it\n"),
        (("routes.yaml", "more.yaml"), "2 warnings: edatool validate -f routes.yaml -f more.yaml shows them\n"),
    ],
)
def test_another_command_counts_warnings_and_says_where_to_see_them(
    shop: Path, edatool: EdatoolRun, files: tuple[str, ...], said: str
) -> None:
    (shop / "routes.yaml").write_text("edatool: 1\nname: x\nqueues: {a: {durable: false}}\n")
    (shop / "more.yaml").write_text("queues: {b: {durable: false}}\n")
    named = [word for file in files for word in ("-f", file)]
    assert edatool("validate", *named).out.count(" W226 ") == len(files)
    assert edatool("test", *named).err == said


def test_another_command_shows_errors_and_counts_warnings(shop: Path, edatool: EdatoolRun) -> None:
    queues = "edatool: 1\nname: x\nqueues: {orders: {durable: false}}\n"
    (shop / "routes.yaml").write_text(f"{queues}bindings: [{{queue: order, exchange: amq.topic, key: a}}]\n")
    assert edatool("test").err.splitlines() == [
        "1 warning: edatool validate shows it",
        "routes.yaml:4:20: E204 the queue 'order' is not declared: did you mean 'orders'?",
        "    4 | bindings: [{queue: order, exchange: amq.topic, key: a}]",
        "      |                    ^^^^^",
    ]


OTHER = "edatool: 1\nname: other\nqueues: {q: {type: qorum}}\n"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (["order.json"], ["order.json:3:11: E303"]),
        (["schemas/unused.json"], ["order.json:3:11: E303"]),
        (["teams/billing.yaml"], ["order.json:3:11: E303"]),
        (["prod.yaml"], ["order.json:3:11: E303", "prod.yaml:1:28: E103"]),
        (["other/routes.yaml"], ["other/routes.yaml:3:20: E103"]),
        (["other/schemas/x.json", "order.json"], ["order.json:3:11: E303", "other/routes.yaml:3:20: E103"]),
        (["teams/alone.yaml"], ["teams/alone.yaml:3:20: E103"]),
        (["gone.yaml"], ["gone.yaml:1:1: E001"]),
        (["empty.yaml"], ["empty.yaml:1:1: E102"]),
        (["routes.yaml", "order.json", "teams/billing.yaml"], ["order.json:3:11: E303"]),
    ],
)
def test_a_file_that_changed_is_checked_with_the_spec_that_it_belongs_to(
    shop: Path, edatool: EdatoolRun, changed: list[str], said: list[str]
) -> None:
    with (shop / "routes.yaml").open("a") as spec:
        spec.write("include: [teams/billing.yaml]\n")
    (shop / "order.json").write_text('{\n\n  "type": 3\n}')
    for folder in ("teams", "schemas", "other/schemas"):
        (shop / folder).mkdir(parents=True)
    (shop / "teams" / "billing.yaml").write_text("edatool: 1\nqueues: {invoices: {}}\nbindings: []\n")
    (shop / "prod.yaml").write_text("queues: {orders: {durable: perhaps}}\n")
    (shop / "empty.yaml").write_text("# nothing yet\n")
    (shop / "other" / "routes.yaml").write_text(OTHER)
    (shop / "teams" / "alone.yaml").write_text(OTHER)
    for schema in ("schemas/unused.json", "other/schemas/x.json"):
        (shop / schema).write_text('{"type": "object"}')
    found = edatool("validate", *changed, "--format", "short").out.splitlines()
    assert [" ".join(line.split()[:2]) for line in found if ": W" not in line] == said


def test_the_spec_of_a_changed_file_may_be_named(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "routes.yaml").rename(shop / "shop.yaml")
    (shop / "order.json").write_text('{"type": 3}')
    assert edatool("validate", "-f", "shop.yaml", "order.json").out.startswith("order.json:1:10: E303")


def test_a_mistake_that_two_checked_specs_share_is_told_once(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "order.json").write_text('{"type": 3}')
    (shop / "prod.yaml").write_text("queues: {orders: {max_length: 5}}\n")
    found = edatool("validate", "routes.yaml", "prod.yaml").out.splitlines()
    assert sum("order.json:1:10: E303" in line for line in found) == 1


def test_the_spec_above_the_current_folder_is_found(
    shop: Path, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shop / "teams").mkdir()
    (shop / "teams" / "prod.yaml").write_text("queues: {orders: {durable: perhaps}}\n")
    monkeypatch.chdir(shop / "teams")
    result = edatool("validate", "prod.yaml")
    assert "prod.yaml:1:28: E103" in result.out
    assert "E102" not in result.out


WRONG = "edatool: 1\nname: x\nqueues:\n  a: {durable: 'yes', type: clasic}  # why\n"


def test_fix_writes_what_can_only_be_meant_and_prints_what_is_left(shop: Path, edatool: EdatoolRun) -> None:
    file = shop / "routes.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + WRONG.encode())
    file.chmod(0o640)
    result = edatool("validate", "--fix")
    assert (result.code, result.out.split()[:2]) == (1, ["routes.yaml:4:28:", "E103"])
    assert result.err == "routes.yaml:4:16: E103 fixed: write true\nroutes.yaml: 1 error\n"
    assert file.read_bytes() == b"\xef\xbb\xbf" + WRONG.replace("'yes'", "true").encode()
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_diff_shows_what_fix_would_write_and_writes_nothing(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "routes.yaml").write_text(WRONG)
    result = edatool("validate", "--fix", "--diff")
    assert (result.code, result.err) == (1, "1 finding can be fixed, 1 cannot\n")
    assert result.out.splitlines() == [
        "--- routes.yaml",
        "+++ routes.yaml",
        "@@ -1,4 +1,4 @@",
        " edatool: 1",
        " name: x",
        " queues:",
        "-  a: {durable: 'yes', type: clasic}  # why",
        "+  a: {durable: true, type: clasic}  # why",
    ]
    assert (shop / "routes.yaml").read_text() == WRONG


def test_a_link_stays_one_and_what_it_leads_to_is_fixed(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "routes.yaml").unlink()
    (shop / "real.yaml").write_text(WRONG)
    (shop / "routes.yaml").symlink_to("real.yaml")
    assert edatool("validate", "--fix").code == 1
    assert (shop / "routes.yaml").is_symlink()
    assert "durable: true" in (shop / "real.yaml").read_text()


def test_standard_input_cannot_be_fixed(shop: Path, edatool: EdatoolRun) -> None:
    result = edatool("validate", "--fix", "-")
    assert (result.code, result.err) == (2, "edatool: - is no file that can be written: name files to fix them\n")


MISSPELT = "edatool: 1\nname: x\nqueues: {q: {type: qorum}}\n"


def test_the_line_of_the_file_is_shown_with_a_mark_below_the_place(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "routes.yaml").write_text(MISSPELT)
    assert edatool("validate").out.splitlines()[1:] == [
        "    3 | queues: {q: {type: qorum}}",
        "      |                    ^^^^^",
    ]


@pytest.mark.parametrize("command", [("validate", "-"), ("test", "-f", "-"), ("plan", "-f", "-")])
def test_the_line_of_standard_input_is_shown_too(edatool: EdatoolRun, command: tuple[str, ...]) -> None:
    result = edatool(*command, typed=MISSPELT)
    assert (result.out + result.err).splitlines()[1:3] == [
        "    3 | queues: {q: {type: qorum}}",
        "      |                    ^^^^^",
    ]


def test_a_line_of_standard_input_that_is_no_yaml_is_shown_too(edatool: EdatoolRun) -> None:
    assert "    3 | queues: {a: }}\n" in edatool("validate", "-", typed="edatool: 1\nname: x\nqueues: {a: }}\n").out


def test_a_line_that_may_hold_a_secret_is_not_shown(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "routes.yaml").write_text(
        MISSPELT + "upstreams: {a: {uri: 'amqp://me:hunter2@host', acck: 1}}\nusers: {b: {password: hunter3}}\n"
    )
    shown = edatool("validate")
    assert "routes.yaml:4" in shown.out
    assert "routes.yaml:5" in shown.out
    for form in ("text", "sarif", "junit", "markdown", "json"):
        assert "hunter" not in edatool("validate", "--format", form).out


@pytest.mark.parametrize("command", ["validate", "test", "plan"])
def test_in_github_actions_findings_are_commands_on_stderr_too(
    shop: Path, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    (shop / "routes.yaml").write_text(MISSPELT)
    assert "::error" not in edatool(command).err
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    said = edatool(command).err
    assert "::error file=routes.yaml,line=3,col=20,title=edatool E103 wrong-value::type: " in said
    assert "::error" not in edatool("validate", "--format", "json").err


def test_ci_systems_are_told_of_files_as_from_the_root_of_the_repository(
    shop: Path, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shop / ".git").mkdir()
    (shop / "services").mkdir()
    (shop / "services" / "routes.yaml").write_text(MISSPELT)
    monkeypatch.chdir(shop / "services")
    [issue] = json.loads(edatool("validate", "--format", "gitlab").out)
    assert issue["location"] == {"path": "services/routes.yaml", "lines": {"begin": 3}}
    assert edatool("validate").out.startswith("routes.yaml:3:20: E103 ")
