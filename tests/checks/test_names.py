from pathlib import Path

import pytest

from edatool.checks.load import load

FITS, OVER = "€" * 85, "€" * 85 + "x"
"""255 bytes, and 256: fewer characters than that."""
HEAD = "edatool: 1\nname: shop\nqueues: {all: {}}\n"


@pytest.mark.parametrize(
    ("spec", "at"),
    [
        ("edatool: 1\nname: NAME\n", "2:7"),
        (HEAD + "vhost: NAME\n", "4:8"),
        (HEAD + "exchanges: {NAME: {type: fanout}}\n", "4:13"),
        ("edatool: 1\nname: shop\nqueues: {NAME: {}}\n", "3:10"),
        (HEAD + "events: {NAME: {exchange: amq.fanout, key: a}}\n", "4:10"),
        (HEAD + "events: {a: {exchange: amq.topic, key: NAME}}\n", "4:40"),
        (HEAD + "events: {a: {exchange: amq.topic, producer: NAME}}\n", "4:45"),
        (HEAD + "events: {a: {exchange: amq.topic, headers: {NAME: b}}}\n", "4:45"),
        (HEAD + "bindings: [{queue: all, exchange: amq.topic, key: NAME}]\n", "4:51"),
        (HEAD + "bindings: [{queue: all, exchange: amq.topic, keys: [a, NAME]}]\n", "4:56"),
        (HEAD + "bindings: [{queue: all, exchange: amq.headers, headers: {NAME: b}}]\n", "4:58"),
        (HEAD + "tests: [{name: a, message: {exchange: amq.topic, key: NAME}, expect: unroutable}]\n", "4:55"),
        ("edatool: 1\nname: shop\nqueues: {all: {dead_letter: {exchange: amq.topic, key: NAME}}}\n", "3:56"),
        ("edatool: 1\nname: shop\nqueues: {all: {arguments: {NAME: 1}}}\n", "3:28"),
    ],
)
def test_names_and_keys_have_255_bytes_at_most(spec: str, at: str, tmp_path: Path) -> None:
    file = tmp_path / "r.yaml"
    file.write_text(spec.replace("NAME", FITS), encoding="utf-8")
    assert [one for one in load([str(file)], {}).findings if one.code in ("E212", "E312")] == []
    file.write_text(spec.replace("NAME", OVER), encoding="utf-8")
    assert [str(one.at) for one in load([str(file)], {}).findings if one.code in ("E212", "E312")] == [f"{file}:{at}"]


def test_the_name_of_a_policy_never_goes_over_amqp_and_may_be_longer(tmp_path: Path) -> None:
    file = tmp_path / "r.yaml"
    file.write_text(f"{HEAD}policies: {{{OVER}: {{pattern: a, definition: {{max-length: 1}}}}}}\n", encoding="utf-8")
    assert [one for one in load([str(file)], {}).findings if one.is_error] == []


def test_the_fields_of_a_key_count_as_a_letter_each(tmp_path: Path) -> None:
    file = tmp_path / "r.yaml"
    file.write_text(HEAD + f"events: {{a: {{exchange: amq.topic, key: '{FITS}{{b}}'}}}}\n", encoding="utf-8")
    assert "E212" in [one.code for one in load([str(file)], {}).findings]


def test_the_name_of_a_retry_queue_is_counted_in_bytes(tmp_path: Path) -> None:
    file = tmp_path / "r.yaml"
    file.write_text(f"edatool: 1\nname: shop\nqueues: {{{FITS}: {{retry: [5s]}}}}\n", encoding="utf-8")
    assert "E213" in [one.code for one in load([str(file)], {}).findings]
