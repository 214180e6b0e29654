"""Dead letters edited, moved, dropped, and kept in files."""

import json
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import edatool
from edatool import Selection
from edatool.broker.properties import Raw
from edatool.errors import BrokerRefused, Stale, WrongUsage
from edatool.routing.topology import Queue
from tests.broker.test_moving import RAW
from tests.broker_fixtures import Vhost
from tests.runtime.dead_letters.cemetery import Cemetery, await_true, cemetery


def test_an_edited_message_keeps_its_id_and_says_what_was_changed(vhost: Vhost) -> None:
    with cemetery(vhost) as there, there.session() as session:
        there.bury([1, 2])
        done = edatool.edit_dead_letter(session, "dead", "m2", lambda body: body.replace(b"2", b"3"), by="ann@desk")
        assert done
        assert done.outcomes == {"confirmed": 1}
        ((_, properties, body),) = there.take("orders")
        assert (properties.message_id, json.loads(body)["total"]) == ("m2", 3)
        assert properties.headers["x-edatool-edited"] == ["ann@desk: /total: 2 became 3"]
        assert there.ids("dead") == ["m1"]


def test_what_is_not_changed_or_gone_meanwhile_is_not_sent(vhost: Vhost) -> None:
    with cemetery(vhost) as there, there.session() as session:
        there.bury([1])
        assert edatool.edit_dead_letter(session, "dead", "m1", bytes) is None
        with pytest.raises(WrongUsage, match="no messages with the id 'm9'"):
            edatool.edit_dead_letter(session, "dead", "m9", bytes)

        def taken_meanwhile(_: bytes) -> bytes:
            there.take("dead")
            return b"{}"

        with pytest.raises(Stale, match="nothing was sent"):
            edatool.edit_dead_letter(session, "dead", "m1", taken_meanwhile)
        assert there.count("orders") == 0


def test_an_edited_message_whose_copy_is_not_taken_stays_as_it_was(vhost: Vhost) -> None:
    with cemetery(vhost) as there, there.session() as session:
        there.bury([1])
        there.channel.queue_delete("orders")
        done = edatool.edit_dead_letter(session, "dead", "m1", lambda _: b"{}")
        assert done
        assert done.outcomes == {"unroutable": 1}
        ((_, properties, body),) = there.take("dead")
        assert "x-edatool-edited" not in properties.headers
        assert json.loads(body)["total"] == 1


def test_moved_messages_keep_all_that_they_tell_but_the_keys_of_copies(vhost: Vhost) -> None:
    with cemetery(vhost, Queue("parked"), Queue("copies")) as there, there.session() as session:
        there.bury([1], headers={"CC": ["copies"]})
        there.take("copies")
        done = edatool.move_dead_letters(session, "dead", to_queue="parked")
        assert done.outcomes == {"confirmed": 1}
        (moved,) = edatool.read_dead_letters(session, "parked")
        assert (moved.origin.queue, moved.reason) == ("orders", "rejected")
        # RabbitMQ 3.10 takes CC off where the dead-letter exchange gets a key of its own.
        assert moved.visited.delivery.headers.get("x-edatool-cc") == (["copies"] if vhost.version >= (3, 13) else None)
        assert (there.count("copies"), there.count("dead")) == (0, 0)
        with pytest.raises(WrongUsage, match="already"):
            edatool.move_dead_letters(session, "parked", to_queue="parked")
        with pytest.raises(WrongUsage, match="a queue or an exchange"):
            edatool.move_dead_letters(session, "parked")


def test_what_is_dropped_is_in_the_backup_before_it_leaves_its_queue(vhost: Vhost, tmp_path: Path) -> None:
    backup = tmp_path / "dropped.jsonl"
    with cemetery(vhost) as there, there.session() as session:
        there.bury(range(4))
        some = Selection(ids=frozenset({"m1", "m2"}))
        assert edatool.drop_dead_letters(session, "dead", backup, selection=some).outcomes == {"gone": 2}
        lines = [json.loads(line) for line in backup.read_text().splitlines()]
        assert [one["properties"]["message_id"] for one in lines] == ["m1", "m2"]
        assert there.count("dead") == 2
        with backup.open("rb") as file:
            assert edatool.import_dead_letters(session, "dead", file) == 2
        assert there.ids("dead") == ["m0", "m3", "m1", "m2"]


def test_what_cannot_be_kept_is_not_dropped(vhost: Vhost, tmp_path: Path) -> None:
    with cemetery(vhost) as there, there.session() as session:
        there.bury([1])
        with pytest.raises(WrongUsage, match="cannot be written"):
            edatool.drop_dead_letters(session, "dead", tmp_path)
        with pytest.raises(WrongUsage, match="No space left"):
            edatool.drop_dead_letters(session, "dead", "/dev/full")
        await_true(lambda: there.ids("dead") == ["m1"])


def test_what_fits_on_the_disk_in_part_is_not_dropped_and_a_backup_goes_on_after_that(
    vhost: Vhost, tmp_path: Path
) -> None:
    backup = tmp_path / "disk" / "dropped.jsonl"
    with cemetery(vhost) as there, there.session() as session, small_disk(backup.parent):
        there.publish("", "dead", b"a" * 9_000, message_id="large")
        with pytest.raises(WrongUsage, match="No space left"):
            edatool.drop_dead_letters(session, "dead", backup)
        await_true(lambda: there.count("dead") == 1)
        subprocess.run(["mount", "-o", "remount,size=1m", backup.parent], check=True)
        edatool.drop_dead_letters(session, "dead", backup)
        assert there.count("dead") == 0
        with backup.open("rb") as file:
            assert edatool.import_dead_letters(session, "dead", file) == 1
        assert there.ids("dead") == ["large"]


def test_a_line_that_a_killed_drop_has_begun_spoils_no_other(vhost: Vhost, tmp_path: Path) -> None:
    backup = tmp_path / "dropped.jsonl"
    backup.write_bytes(b'{"format_version": 1, "payl')
    with cemetery(vhost) as there, there.session() as session:
        there.bury([1])
        edatool.drop_dead_letters(session, "dead", backup)
    assert json.loads(backup.read_bytes().splitlines()[1])["properties"]["message_id"] == "m1"


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Let a folder be a disk of a page, where somebody may mount one."""
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", folder], check=False).returncode:
        pytest.skip("mounting a small disk takes root")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def exported(there: Cemetery, session: edatool.Session, file: Path) -> list[bytes]:
    with file.open("wb") as opened:
        edatool.export_dead_letters(session, "dead", opened)
    return file.read_bytes().splitlines()


def test_what_is_exported_comes_back_byte_by_byte(vhost: Vhost, tmp_path: Path) -> None:
    """With payloads that are no text, and headers of all types that AMQP has."""
    with cemetery(vhost) as there, there.session() as session:
        there.bury([1])
        for raw, body in ((RAW, b"\xff\x00"), (every_type(), b""), (RAW, "\u2028é\x1b".encode())):
            there.channel.basic_publish("", "dead", body, Raw(raw))
        lines = exported(there, session, tmp_path / "first.jsonl")
        assert len(lines) == 4
        there.take("dead")
        edatool.import_dead_letters(session, "dead", lines)
        again = exported(there, session, tmp_path / "second.jsonl")
        assert [place_less(one) for one in again] == [place_less(one) for one in lines]


def place_less(line: bytes) -> dict[str, object]:
    found = json.loads(line)
    return {name: value for name, value in found.items() if name not in ("exchange", "key")}


def every_type() -> bytes:
    """Return properties with a header of each type, with tables in lists in tables, and a name that comes twice."""
    number = struct.pack(">d", -0.5)
    nested = b"F" + framed(b"\x01a" + b"A" + framed(b"F" + framed(b"\x01b" + b"t\x01")))
    values = {
        b"b": b"b\xff", b"B": b"B\xff", b"u": b"u\xff\xff", b"I": b"I" + b"\xff" * 4, b"i": b"i" + b"\xff" * 4,
        b"l": b"l" + b"\xff" * 8, b"d": b"d" + number,
        b"T": b"T" + b"\x00" * 8, b"D": b"D\x02" + b"\x00" * 4, b"x": b"x" + framed(b"\x00\xff"), b"F": nested,
        b"latin": b"S" + framed(b"\xe9"), b"$type": b"S" + framed(b"mine"),
    }  # fmt: skip
    twice = {b"two": b"F" + framed(b"\x01a" + b"t\x01" + b"\x01a" + b"t\x00")}
    table = b"".join(bytes([len(name)]) + name + value for name, value in (values | twice).items())
    return struct.pack(">H", 1 << 13) + framed(table)


def framed(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"[1]", "no message of format_version 1"),
        (b"{", "it is not JSON"),
        (b'{"format_version": 1, "properties": {}}', "neither payload"),
        (b'{"format_version": 1, "payload_base64": "%", "properties": {}}', "not base64"),
        (b'{"format_version": 1, "payload": "", "properties": 3}', "the properties are no object"),
        (b'{"format_version": 1, "payload": "", "properties": {"colour": "red"}}', "no property 'colour'"),
        (b'{"format_version": 1, "payload": "", "properties": {"priority": 999}}', "cannot be read"),
        (
            b'{"format_version": 1, "payload": "", "properties": {"headers": {"a": {"$type": "?", "base64": ""}}}}',
            "cannot be read",
        ),
    ],
)
def test_a_line_that_is_no_message_is_named_before_anything_is_sent(vhost: Vhost, line: bytes, why: str) -> None:
    good = b'{"format_version": 1, "payload": "", "properties": {}}'
    with cemetery(vhost) as there, there.session() as session:
        with pytest.raises(WrongUsage, match=f"line 2: .*{why}"):
            edatool.import_dead_letters(session, "dead", [good, line])
        assert there.count("dead") == 0


def test_a_message_that_the_broker_refuses_is_named_with_what_was_put_before_it(vhost: Vhost) -> None:
    good = b'{"format_version": 1, "payload": "", "properties": {}}'
    bad = good.replace(b"{}", b'{"expiration": "soon"}')
    with cemetery(vhost) as there, there.session() as session:
        with pytest.raises(BrokerRefused, match=r"message 2 is refused, and queue dead has those before .*expiration"):
            edatool.import_dead_letters(session, "dead", [good, bad, good])
        assert there.count("dead") == 1


def test_messages_are_imported_into_a_queue_that_is_there(vhost: Vhost) -> None:
    good = b'{"format_version": 1, "payload": "", "properties": {}}'
    with cemetery(vhost) as there, there.session() as session:
        with pytest.raises(BrokerRefused, match="there is no queue gone"):
            edatool.import_dead_letters(session, "gone", [good])
        assert edatool.import_dead_letters(session, "dead", [good, b"\n", good]) == 2
        assert there.count("dead") == 2
