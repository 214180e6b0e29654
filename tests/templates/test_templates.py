from pathlib import Path

import pytest

import edatool
from edatool.spec.text.text import read
from edatool.templates import TEMPLATES, files_of

ROOT = Path(__file__).parents[2]


def test_the_shop_is_the_sample_of_the_repository() -> None:
    sample = [ROOT / "routes.yaml", *sorted((ROOT / "schemas").iterdir())]
    shop, beside = files_of("shop"), ("services/", "on-this-machine.yaml")
    own = {name: text for name, text in shop.items() if not name.startswith(beside)}
    assert own == {file.relative_to(ROOT).as_posix(): file.read_text() for file in sample}
    assert {"services/order_processing.py", "services/notifications.py", "services/large_order.py"} <= shop.keys()


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_has_no_findings_and_its_tests_cover_all_of_it(template: str, tmp_path: Path) -> None:
    for name, text in files_of(template).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    routes = edatool.load(str(tmp_path / "routes.yaml"))
    suite = edatool.test(routes)
    assert routes.findings == ()
    assert (suite.passed, suite.covered.percent) == (True, 100)


def test_no_template_takes_edatool_from_an_index_where_the_name_is_somebody_elses() -> None:
    workflows = {name: text for name, text in files_of("ci").items() if name.startswith(".git")}
    assert workflows.keys() == {".github/workflows/routes.yml", ".gitlab-ci.yml"}
    for name, text in workflows.items():
        assert read(text, name, None)[1] == []
    gitlab = workflows[".gitlab-ci.yml"]
    assert "EDATOOL: edatool-rabbitmq @ git+https://REPLACE-BY-THE-REPOSITORY-OF-EDATOOL@v" in gitlab
    assert {line.partition("pip install ")[2] for line in gitlab.splitlines() if "pip" in line} == {
        '--quiet "$EDATOOL"'
    }
    assert "pip" not in workflows[".github/workflows/routes.yml"]  # the action installs itself
