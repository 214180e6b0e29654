from pathlib import Path

import pytest

from edatool.checks.findings.passwords import without_passwords
from edatool.checks.load import load
from edatool.findings import Finding

URL = "amqp://shop:top-secret%2F1@host/v"


@pytest.mark.parametrize(
    "text",
    [
        "edatool: 1\nname: shop\nvhost: ${EDATOOL_BROKER}\nqueues: {q: {max_length: '${EDATOOL_BROKER}'}}\n",
        "edatool: 1\nname: shop\nqueues: {'${EDATOOL_BROKER}': {typo: 1}}\n",
        "edatool: 1\nname: ${EDATOOL_BROKER}\nexchanges: {e: {typo: '${EDATOOL_BROKER}'}}\n",
        "edatool: ${EDATOOL_BROKER}\n",
        "edatool: 1\nname: shop\nbindings: [{queue: '${EDATOOL_BROKER}', exchange: '${EDATOOL_BROKER}', key: a}]\n",
    ],
)
def test_a_password_of_a_variable_is_in_no_finding(tmp_path: Path, text: str) -> None:
    file = tmp_path / "routes.yaml"
    file.write_text(text)
    found = load([str(file)], {"EDATOOL_BROKER": URL}).findings
    shown = "\n".join(map(str, found))
    assert found
    assert "secret" not in shown
    assert "shop:***" in shown or "amqp://shop" not in shown


def test_a_password_that_is_cut_off_is_hidden_and_common_words_are_not() -> None:
    findings = [Finding("E100", "amqp://u:pass… and u:passw@h; pass on"), Finding("E100", "a: u: x")]
    hidden = without_passwords(findings, {"A": "amqp://u:passw@h", "B": "http://host:80/x", "C": "u:p@q"})
    assert [one.message for one in hidden] == ["amqp://u:***… and u:***@h; pass on", "a: u: x"]
