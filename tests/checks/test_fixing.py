"""What is fixed, and what is left to a person."""

from pathlib import Path

import pytest

from edatool.api.rewriting import fix
from edatool.checks.findings.fixing import Fixed

HEAD = "edatool: 1\nname: shop\n"


def fixed(files: list[str], environment: dict[str, str]) -> Fixed:
    return fix(*files, environment=environment, write=False)


def mended(folder: Path, text: str, **environment: str) -> str:
    """Return what becomes of a file."""
    file = folder / "routes.yaml"
    file.write_bytes(text.encode())
    done = fixed([str(file)], environment)
    return done.files[0].after if done.files else text


FIXED = {
    "E003 a key again with the same value": ("vhost: a  # one\nvhost: a\n", "vhost: a  # one\n"),
    "E003 within brackets": ("queues: {a: {}, b: {}, a: {}}\n", "queues: {a: {}, b: {}}\n"),
    "E101 a key in other letters": ("queues: {a: {Max-Length: 5}}\n", "queues: {a: {max_length: 5}}\n"),
    "E103 a word that is no boolean": ("queues: {a: {durable: 'No'}}\n", "queues: {a: {durable: false}}\n"),
    "E103 a number in quotes": ("queues: {a: {max_length: '5'}}\n", "queues: {a: {max_length: 5}}\n"),
    "E103 a whole number with a point": ("queues: {a: {max_length: 5.0}}\n", "queues: {a: {max_length: 5}}\n"),
    "E103 a number that is a text": ("queues: {a: {owner: 1.10}}\n", 'queues: {a: {owner: "1.10"}}\n'),
    "E103 one of a few in capitals": ("queues: {a: {type: Quorum}}\n", "queues: {a: {type: quorum}}\n"),
    "E103 a unit in words": ("queues: {a: {message_ttl: 5 Minutes}}\n", "queues: {a: {message_ttl: 5m}}\n"),
    "E207 a type in the plural": ("exchanges: {a: {type: Topics}}\n", "exchanges: {a: {type: topic}}\n"),
    "E222 an argument again": (
        "queues:\n  a: {max_length: 5, arguments: {x-max-length: 5, x-max-priority: 2}, type: classic}\n",
        "queues:\n  a: {max_length: 5, arguments: {x-max-priority: 2}, type: classic}\n",
    ),
    "E222 the only argument again": (
        "queues:\n  a:\n    max_length: 5\n    arguments:\n      x-max-length: 5\n    # the end\n",
        "queues:\n  a:\n    max_length: 5\n    # the end\n",
    ),
    "W106 a zero before a number": ("queues: {a: {max_length: 0100}}\n", "queues: {a: {max_length: 100}}\n"),
    "W223 an argument in other letters": (
        "queues: {a: {arguments: {X_Max_Length: 5}}}\n",
        "queues: {a: {arguments: {x-max-length: 5}}}\n",
    ),
    "W236 a binding again": (
        "queues: {a: {}}\nbindings:\n  - {queue: a, exchange: amq.topic, key: '#'}\n"
        "  - queue: a\n    exchange: amq.topic\n    key: '#'\n# the end\n",
        "queues: {a: {}}\nbindings:\n  - {queue: a, exchange: amq.topic, key: '#'}\n# the end\n",
    ),
    "W236 one key of several": (
        "queues: {a: {}}\nbindings:\n  - {queue: a, exchange: amq.topic, keys: [x]}\n"
        "  - {queue: a, exchange: amq.topic, keys: [x, y]}\n",
        "queues: {a: {}}\nbindings:\n  - {queue: a, exchange: amq.topic, keys: [x]}\n"
        "  - {queue: a, exchange: amq.topic, keys: [y]}\n",
    ),
    "one fix that shows another": ("queues: {a: {TYPE: QUORUM}}\n", "queues: {a: {type: quorum}}\n"),
    "the ends of lines of Windows": ("vhost: a\r\nvhost: a\r\nqueues: {}\r\n", "vhost: a\r\nqueues: {}\r\n"),
    "no end of the last line": ("queues: {}\nvhost: a\nvhost: a", "queues: {}\nvhost: a\n"),
}


@pytest.mark.parametrize(("text", "expected"), FIXED.values(), ids=FIXED.keys())
def test_what_can_only_be_meant_is_written_and_all_else_stays(tmp_path: Path, text: str, expected: str) -> None:
    comment = "# by hand: é 🐇\n"
    assert mended(tmp_path, comment + HEAD + text) == comment + HEAD + expected


LEFT = {
    "a key again with another value": "vhost: a\nvhost: b\n",
    "a key again with a comment": "vhost: a\nvhost: a  # why\n",
    "a key again below a comment": "vhost: a\n# why\nvhost: a\n",
    "a key again that a variable makes the same": "vhost: a\nvhost: ${V}\n",
    "a key that is only like another": "queus: {}\n",
    "a key of which there is the right one, too": "queues: {a: {Type: quorum, type: quorum}}\n",
    "a value of a variable": "queues: {a: {durable: '${W}'}}\n",
    "a value that others have by an alias": "queues: {a: {durable: &d 'yes', summary: x}, b: {summary: *d}}\n",
    "a unit that may be one of two": "queues: {a: {type: stream, max_age: 5MO}}\n",
    "a number that may be a text": "queues: {a: {arguments: {x-foo: 0100}}}\n",
    "a type that may be a plugin's": "exchanges: {a: {type: rtopic}}\n",
    "another value in an argument": "queues: {a: {max_length: 5, arguments: {x-max-length: 6}}}\n",
    "an argument that a variable makes the same": "queues: {a: {max_length: '${N}', arguments: {x-max-length: 5}}}\n",
    "a binding that a variable makes the same": (
        "queues: {a: {}}\nbindings:\n  - {queue: a, exchange: amq.topic, key: '${V}'}\n"
        "  - {queue: a, exchange: amq.topic, key: a}\n"
    ),
}


@pytest.mark.parametrize("text", LEFT.values(), ids=LEFT.keys())
def test_what_may_mean_two_things_is_left(tmp_path: Path, text: str) -> None:
    assert mended(tmp_path, HEAD + text, V="a", W="yes", N="5") == HEAD + text


def test_each_part_is_fixed_in_the_file_that_says_it(tmp_path: Path) -> None:
    (tmp_path / "routes.yaml").write_text(f"{HEAD}include: [part.yaml]\nqueues: {{a: {{Type: quorum}}}}\n")
    (tmp_path / "part.yaml").write_text("queues: {b: {durable: 'yes'}}\n")
    (tmp_path / "over.yaml").write_text("queues: {a: {durable: 'yes'}}\n")
    done = fixed([str(tmp_path / "routes.yaml"), str(tmp_path / "over.yaml")], {})
    assert {Path(one.file).name: one.after.splitlines()[-1] for one in done.files} == {
        "routes.yaml": "queues: {a: {type: quorum}}",
        "part.yaml": "queues: {b: {durable: true}}",
        "over.yaml": "queues: {a: {durable: true}}",
    }
    assert not done.left


def test_a_binding_that_another_file_says_is_left(tmp_path: Path) -> None:
    binding = "bindings: [{queue: a, exchange: amq.topic, key: x}]\n"
    (tmp_path / "routes.yaml").write_text(HEAD + "queues: {a: {}}\n" + binding)
    (tmp_path / "over.yaml").write_text(binding)
    done = fixed([str(tmp_path / "routes.yaml"), str(tmp_path / "over.yaml")], {})
    assert not done.files
    assert [one.code for one in done.left] == ["W236"]
