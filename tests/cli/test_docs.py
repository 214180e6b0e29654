import os
import re
import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import EdatoolRun
from tests.git_repository import repository


def test_a_site_is_written_and_the_same_spec_gives_the_same_bytes(shop: Path, edatool: EdatoolRun) -> None:
    first = edatool("docs", "-o", "a")
    assert (first.code, first.out, "open a/index.html" in first.err) == (0, "", True)
    # Sets are in another order in each process.
    command = [sys.executable, "-m", "edatool", "docs", "-o", "b"]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": "1"})
    files = [{one.relative_to(name): one.read_bytes() for one in Path(name).rglob("*.*")} for name in ("a", "b")]
    assert files[0] == files[1]
    assert Path("events/order.placed.html") in files[0]


def test_where_to_is_to_be_said(shop: Path, edatool: EdatoolRun) -> None:
    for wrong in ((), ("--serve", "-o", "site")):
        result = edatool("docs", *wrong)
        assert (result.code, "give one of them" in result.err) == (2, True)


def test_what_is_new_or_changed_since_a_commit_is_marked(shop: Path, edatool: EdatoolRun) -> None:
    repository(shop)
    spec = (shop / "routes.yaml").read_text()
    changed = spec.replace("max_length: 1", "max_length: 2").replace("queues:", "queues:\n  fresh: {}\n")
    (shop / "routes.yaml").write_text(changed + "  - {queue: fresh, exchange: events, key: order.eu.placed}\n")
    assert edatool("docs", "-o", "site", "--compare", "HEAD").code == 0
    badges = {name: (shop / "site" / "queues" / f"{name}.html").read_text() for name in ("fresh", "full", "orders")}
    assert '<span class="badge new">new</span> since <code>HEAD</code>' in badges["fresh"]
    assert '<span class="badge changed">changed</span> since <code>HEAD</code>' in badges["full"]
    assert "since <code>" not in badges["orders"]
    changes = (shop / "site" / "changes.html").read_text()
    assert "now also reaches" in changes
    assert 'href="changes.html"' in (shop / "site" / "index.html").read_text()


def test_what_commits_have_changed_is_told_of_each_thing(shop: Path, edatool: EdatoolRun) -> None:
    made, spec = repository(shop), (shop / "routes.yaml").read_text()
    (shop / "routes.yaml").write_text(spec.replace("queues:", "queues: [wrong"))
    made.commit()
    (shop / "routes.yaml").write_text(spec.replace("max_length: 1", "max_length: 2"))
    made.commit()
    (shop / "order.json").write_text((shop / "order.json").read_text().replace('"minimum": 0', '"minimum": 1'))
    assert edatool("docs", "-o", "site").code == 0
    pages = {name: (shop / "site" / f"{name}.html").read_text() for name in ("queues/full", "events/order.placed")}
    badges = {name: re.findall(r'"badge (new|changed)', page) for name, page in pages.items()}
    assert badges == {"queues/full": ["changed", "new"], "events/order.placed": ["changed", "new"]}
    assert "the spec had errors" in (shop / "site" / "history.html").read_text()
    assert edatool("docs", "-o", "site", "--history", "0").code == 0
    assert not (shop / "site" / "history.html").exists()


def test_environments_are_shown_side_by_side(shop: Path, edatool: EdatoolRun) -> None:
    spec = (shop / "routes.yaml").read_text()
    (shop / "routes.yaml").write_text(spec.replace("max_length: 1", "max_length: 1, message_ttl: '${KEPT:-1s}'"))
    (shop / "more.yaml").write_text(
        "queues: {late: {}}\nbindings: [{queue: late, exchange: events, key: order.eu.placed}]\n"
    )
    (shop / "staging.sh").write_text("# as in production, but small\nexport KEPT=5s\n")
    (shop / "production.sh").write_text("EDATOOL_FILE='routes.yaml:more.yaml' KEPT=70s\n")
    given = ("--environment", "staging=staging.sh", "--environment", "production=production.sh")
    assert edatool("docs", "-o", "site", *given).code == 0
    rows = re.findall("<tr.*?</tr>", (shop / "site" / "environments.html").read_text())
    texts = [re.sub("<[^>]*>", " ", row).split() for row in rows]
    assert texts[0] == ["What", "Property", "staging", "production"]
    assert ["queue", "full", "x-message-ttl", "5000", "70000"] in texts
    assert ["queue", "late", "is", "there", "none", "there"] in texts
    assert len(texts) == 4, "the binding of late is the only other difference"


def test_a_file_of_variables_is_never_run(shop: Path, edatool: EdatoolRun) -> None:
    for wrong in ("ROOM=$(touch run)", "touch run", "ROOM='"):
        (shop / "staging.sh").write_text(f"{wrong}\n")
        result = edatool("docs", "-o", "site", "--environment", "staging=staging.sh")
        assert (result.code, "staging.sh:1 is no NAME=VALUE" in result.err) == (2, True)
    assert not (shop / "run").exists()
    assert "takes NAME=FILE" in edatool("docs", "-o", "site", "--environment", "staging").err


def test_a_spec_with_errors_writes_nothing(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "routes.yaml").write_text("edatool: 1\nname: shop\nbindings: [{queue: a, exchange: b}]\n")
    assert edatool("docs", "-o", "site").code == 1
    assert not (shop / "site").exists()
