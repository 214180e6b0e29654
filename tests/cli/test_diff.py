"""What a change does, told without a broker."""

import json
from pathlib import Path

import pytest

from tests.broker_fixtures import Vhost
from tests.cli.conftest import SCHEMA, SPEC, EdatoolRun
from tests.git_repository import Repository, repository

ORDER_PLACED = (
    '  order.placed: {exchange: events, key: "order.{region}.placed", schema: order.json, headers: {tier: tier}}'
)
BOUND = "  - {queue: orders, events: [order.placed]}\n"


@pytest.fixture
def committed(shop: Path) -> Repository:
    """The shop, of which all is committed."""
    return repository(shop)


def write(before: str, after: str, *, name: str = "routes.yaml") -> None:
    file = Path(name)
    assert before in file.read_text()
    file.write_text(file.read_text().replace(before, after))


def test_nothing_differs_from_what_was_committed(committed: Repository, edatool: EdatoolRun) -> None:
    found = edatool("diff", "--exit-code")
    assert (found.code, found.err) == (0, "")
    assert found.out == "Diff of shop against HEAD\n\nNothing to do: 5 unchanged.\n"


def test_objects_events_and_findings_that_differ_are_told(committed: Repository, edatool: EdatoolRun) -> None:
    write(BOUND, "")
    write("{max_length: 1,", "{max_length: 2,")
    found = edatool("diff", "--exit-code")
    assert found.code == 3
    assert "\n-/+ queue full: RabbitMQ cannot change this in place\n        x-max-length: 1 -> 2\n" in found.out
    assert "\n  - binding events -> queue orders [order.*.placed]\n" in found.out
    assert "\n  ! order.placed becomes unroutable except where region is full, losing orders\n" in found.out
    assert "\nNew findings:\n  - routes.yaml:8:3: W262 no declared event" in found.out
    assert "how many messages a replacement has to move, and what else stands in its way: full\n" in found.out


def test_an_event_that_gets_another_key_is_lost_by_bindings_to_the_old_one(
    committed: Repository, edatool: EdatoolRun
) -> None:
    write(BOUND, "  - {queue: orders, exchange: events, key: order.*.placed}\n")
    committed.commit()
    write('key: "order.{region}.placed"', 'key: "{region}.order"')
    told = edatool("diff").out
    assert "\n  ! order.placed becomes unroutable, losing orders\n" in told
    assert '\n  ~ event order.placed\n        key: "order.{region}.placed" -> "{region}.order"\n' in told


def test_who_takes_part_otherwise_is_told(committed: Repository, edatool: EdatoolRun) -> None:
    with Path("routes.yaml").open("a") as spec:
        spec.write("consumers:\n  billing: {queue: orders, concurrency: 2}\n")
        spec.write("triggers:\n  tell: {queue: full, http: 'https://shop.example/'}\n")
    committed.commit()
    write("concurrency: 2", "concurrency: 4")
    write("{queue: full, http", "{queue: full, timeout: 5s, http")
    told = edatool("diff").out
    assert "\n  ~ consumer billing\n        concurrency: 2 -> 4\n" in told
    assert '\n  ~ trigger tell\n        timeout: absent -> "5s"\n' in told


def test_what_differs_in_contracts_is_named_by_its_fields(committed: Repository, edatool: EdatoolRun) -> None:
    write('"minimum": 0}, "tier"', '"minimum": 1}, "note": {"type": "string"}, "tier"', name="order.json")
    told = edatool("diff").out
    assert "\nContracts:\n  ~ order.json (order.placed): + note, ~ total.minimum\n" in told


def test_a_contract_that_is_only_laid_out_otherwise_is_the_same(committed: Repository, edatool: EdatoolRun) -> None:
    Path("order.json").write_text(json.dumps(json.loads(SCHEMA), indent=8))
    assert edatool("diff", "--exit-code").code == 0


def test_json_has_all_keys_of_a_plan_and_its_own(committed: Repository, edatool: EdatoolRun) -> None:
    write(BOUND, "")
    told = json.loads(edatool("diff", "--format", "json", "--all-messages").out)
    assert told["against"] == "HEAD"
    assert [one["action"] for one in told["changes"]] == ["delete"]
    assert told["events"]["effects"][0]["effect"] == "unroutable"
    assert [one["code"] for one in told["findings"]["new"]] == ["W262"]
    assert told["findings"]["mended"] == []


def test_a_finding_that_is_mended_is_told_where_it_was(committed: Repository, edatool: EdatoolRun) -> None:
    write(BOUND, "")
    committed.commit()
    write("bindings:\n", "bindings:\n" + BOUND)
    assert "\nMended findings:\n  + HEAD:routes.yaml:8:3: W262 no declared event" in edatool("diff").out


def test_an_earlier_spec_with_errors_leaves_the_findings_to_compare(committed: Repository, edatool: EdatoolRun) -> None:
    write("queue: orders", "queue: order")
    committed.commit()
    write("queue: order,", "queue: orders,")
    found = edatool("diff")
    assert found.code == 0
    assert "What is there could not be seen: the spec of HEAD has errors: HEAD:routes.yaml:11:13: E204" in found.out
    assert "\nMended findings:\n  + HEAD:routes.yaml:11:13: E204" in found.out


def test_an_unset_variable_is_the_same_before_and_after(committed: Repository, edatool: EdatoolRun) -> None:
    write("name: shop\n", "name: shop\nvhost: ${SHOP_VHOST}\n")
    committed.commit()
    write("orders: {type: quorum}", "orders: {type: quorum, summary: '${SHOP_SUMMARY}'}")
    found = edatool("diff", "--exit-code")
    assert (found.code, found.out.count("\n")) == (0, 3)
    assert found.err == "not set, and taken to be the same before and after: SHOP_SUMMARY, SHOP_VHOST\n"


def test_another_vhost_gets_all_of_it_anew(committed: Repository, edatool: EdatoolRun) -> None:
    write("name: shop\n", "name: shop\nvhost: other\n")
    found = edatool("diff")
    assert "\n5 to create.\n" in found.out
    assert found.err == "the vhost is another one, and all is made anew there: what is in / stays\n"


def test_a_renamed_spec_takes_nothing_over(committed: Repository, edatool: EdatoolRun) -> None:
    write("name: shop\n", "name: store\n")
    told = edatool("diff").out
    assert "\n  = queue orders (quorum): of the spec 'shop'\n" in told
    assert "\n  ! other specs own " in told


def test_what_others_have_to_have_made_is_taken_to_be_there(committed: Repository, edatool: EdatoolRun) -> None:
    write("queues:\n", "queues:\n  theirs: {external: true}\n")
    assert "external" not in edatool("diff").out


def test_a_spec_that_was_not_there_is_new_or_had_another_name(committed: Repository, edatool: EdatoolRun) -> None:
    Path("routes.yaml").rename("shop.yaml")
    found = edatool("diff", "-f", "shop.yaml")
    assert "\n5 to create.\n" in found.out
    assert found.err == ("HEAD has no shop.yaml: all of it is new, or name what it was with --against HEAD:PATH\n")
    assert "Nothing to do" in edatool("diff", "-f", "shop.yaml", "--against", "HEAD:routes.yaml").out


def test_folders_and_specs_are_compared_with_as_well(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "old").mkdir()
    (shop / "old" / "routes.yaml").write_text(SPEC.replace("  full:", "  fuller: {}\n  full:"))
    (shop / "old" / "order.json").write_text(SCHEMA)
    for against in ("old", "./old/", "old/routes.yaml"):
        assert "\n  - queue fuller\n" in edatool("diff", "--against", against).out
    (shop / "old" / "routes.yaml").unlink()
    assert edatool("diff", "--against", "old").err.endswith("old/routes.yaml is not there: all of it is new\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--against", "none"], "there is no file or folder 'none', and git has no such commit here"),
        (["--against=-x"], "there is no file or folder '-x', and git has no such commit here"),
        (["--against", "main"], "'main' is here, and is a commit, too: write ./main, or refs/heads/main"),
        (["--against", "a" * 300], "--against takes a commit, a file or a folder"),
        (["-f", "-"], "only of files it is known what they were before"),
        (["-f", "../outside.yaml", "-f", "routes.yaml"], "is in no checkout of git"),
        (["-f", "routes.yaml", "-f", "../outside.yaml"], "../outside.yaml is outside of the repository"),
    ],
)
def test_what_cannot_be_compared_with_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edatool: EdatoolRun, arguments: list[str], said: str
) -> None:
    folder = tmp_path / "repository"
    (folder / "main").mkdir(parents=True)
    monkeypatch.chdir(folder)
    spec = "edatool: 1\nname: shop\n"
    (folder / "routes.yaml").write_text(spec)
    (tmp_path / "outside.yaml").write_text(spec)
    repository(folder)
    found = edatool("diff", *arguments, typed=spec)
    assert (found.code, said in found.err) == (2, True), found


def test_only_what_a_change_introduces_is_found(committed: Repository, edatool: EdatoolRun) -> None:
    write("queues:\n", "queues:\n  idle: {}\n")
    committed.commit()
    assert edatool("validate").out.count("W262") == 1
    assert edatool("validate", "--new-only") == edatool("validate", "--new-only", "--against", "HEAD")
    write("queues:\n", "\n\nqueues:\n  idle-too: {}\n")
    found = edatool("validate", "--new-only")
    assert (found.code, found.out.count("W262"), "'idle-too'" in found.out) == (0, 1, True)
    assert found.err == "routes.yaml: 1 warning\n"
    write("queue: orders", "queue: order")
    assert edatool("validate", "--new-only").code == 1
    committed.commit()
    found = edatool("validate", "--new-only")
    assert (found.code, found.out, found.err) == (0, "", "routes.yaml: nothing new\n")


def test_definitions_play_the_broker_for_a_plan(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    write("  full:", "  big: {type: quorum}\n  full:")
    write(BOUND, BOUND + "  - {queue: big, events: [order.placed], filter: {data.total: [{numeric: ['>', 9]}]}}\n")
    assert edatool("apply", "--yes").code == 0
    Path("broker.json").write_text(on_broker.api.get("/api/definitions").text)
    write("name: shop\n", f"name: shop\nvhost: {on_broker.name}\n")
    # Later ones leave internal exchanges, which filters need, out of their definitions, and the plan says so.
    whole = on_broker.version < (4, 2, 9)
    left_out = "which RabbitMQ leaves out of definitions"
    assert ("Nothing to do" if whole else left_out) in edatool("plan", "--definitions", "broker.json").out
    write("['>', 9]", "['>', 99]")
    write(BOUND, "")
    by_definitions = edatool("plan", "--definitions", "broker.json").out.splitlines()
    of_broker = edatool("plan").out.splitlines()
    told = "Not known, for no broker was asked:"
    if whole:
        assert [one for one in of_broker[1:] if one not in by_definitions] == []
        assert told not in by_definitions
    write("  full: {max_length: 1,", "  fill: {max_length: 1,")
    write("queue: full", "queue: fill")
    assert told in edatool("plan", "--definitions", "broker.json").out
    compared = edatool("diff", "--against", "broker.json").out.splitlines()
    assert compared[1:] == edatool("plan", "--definitions", "broker.json").out.splitlines()[1:]


def test_what_apply_left_on_the_broker_is_compared_with(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    assert edatool("apply", "--yes").code == 0
    assert "Nothing to do" in edatool("diff", "--against", "broker:shop").out
    write(BOUND, "")
    told = edatool("diff", "--against", "broker:shop").out
    assert "\n  - binding events -> queue orders [order.*.placed]\n" in told
    assert "findings" not in told


def test_definitions_of_one_vhost_have_no_ledger_so_nothing_is_removed(shop: Path, edatool: EdatoolRun) -> None:
    queue = {"name": "theirs", "vhost": "/", "durable": True, "auto_delete": False, "arguments": {}}
    Path("broker.json").write_text(json.dumps({"queues": [queue]}))
    told = edatool("plan", "--definitions", "broker.json").out
    assert "so nothing is removed: broker.json has no global parameters, and no ledger: export the definitions" in told
    assert "1 object of others left alone" in told


def test_a_change_that_loses_an_event_is_found_at_the_event_and_fails_a_job(
    committed: Repository, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert edatool("diff", "--check").code == 0
    write(BOUND, "")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    found = edatool("diff", "--check")
    line = Path("routes.yaml").read_text().splitlines().index(ORDER_PLACED) + 1
    assert found.code == 5
    assert f"::error file=routes.yaml,line={line},col=3,title=edatool E802 refused-change::no queue would" in found.err
    assert "which orders got until now" in found.err
    assert found.err.endswith("edatool: apply would refuse this, for the reasons at the end of the plan\n")
    assert edatool("diff", "--check", "--allow-unroutable", "order.placed").code == 0
    asked = edatool("diff", "--check", "--format", "gitlab", "-o", "report.json")
    assert (asked.code, asked.out) == (5, "")
    [reported] = json.loads(Path("report.json").read_text())
    assert reported["check_name"] == "E802"


def test_what_apply_would_refuse_is_told_in_the_formats_of_findings(committed: Repository, edatool: EdatoolRun) -> None:
    assert edatool("diff", "--format", "short").out == ""
    write(BOUND, "")
    write("full: {max_length: 1, overflow: reject-publish}", "full: {type: quorum}")
    found = edatool("diff", "--format", "short")
    [lost, replaced] = found.out.splitlines()
    assert lost.startswith("routes.yaml:4:3: E802 no queue would get messages of 'order.placed'")
    assert replaced.startswith("E802 RabbitMQ cannot change in place: queue full")
    assert found.code == 0
    assert json.loads(edatool("diff", "--format", "sarif").out)["runs"][0]["results"][0]["ruleId"] == "E802"


def test_a_profile_decides_which_findings_are_new(committed: Repository, edatool: EdatoolRun) -> None:
    write("queues:\n", "queues:\n  more: {owner: us}\n")
    assert "W257" not in edatool("diff").out
    found = edatool("diff", "--profile", "strict")
    assert found.code == 0
    assert "W257 (error) what is rejected in 'more' is dropped" in found.out
    assert "'orders'" not in found.out
    assert "edatool validate --profile strict shows them" in found.err
