import os
from pathlib import Path

import pytest

from edatool.broker.http.secrets import hashed, is_hash_of, resolve, resolved, secrets_in
from edatool.errors import WrongUsage
from tests.broker_fixtures import Vhost


def test_a_hash_is_of_its_password_alone_and_never_twice_the_same() -> None:
    one, other = hashed("geheim"), hashed("geheim")
    assert one != other
    for known in (one, other):
        assert is_hash_of("geheim", known, "rabbit_password_hashing_sha256")
        assert not is_hash_of("Geheim", known, "rabbit_password_hashing_sha256")
        assert not is_hash_of("geheim", known, "rabbit_password_hashing_sha512")


@pytest.mark.parametrize("known", ["", "no base64", "AAAA"])
def test_what_is_no_hash_is_of_no_password(known: str) -> None:
    assert not is_hash_of("geheim", known, "rabbit_password_hashing_sha256")


def test_the_hashes_that_the_broker_makes_are_understood(vhost: Vhost) -> None:
    name = f"hashed-{vhost.name.partition('/')[2]}"
    vhost.api.put(f"/api/users/{name}", json={"password": "Gründlich", "tags": ""}).raise_for_status()
    try:
        found = vhost.api.get(f"/api/users/{name}").json()
        assert is_hash_of("Gründlich", found["password_hash"], found["hashing_algorithm"])
        assert not is_hash_of("anders", found["password_hash"], found["hashing_algorithm"])
    finally:
        vhost.api.delete(f"/api/users/{name}")


def test_secrets_are_read_from_the_environment_and_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONE", "first")
    (tmp_path / "two").write_text(" second \r\n")
    value = {"a": {"$env": "ONE"}, "b": [{"$file": str(tmp_path / "two")}, "plain", {"env": "not one"}]}
    assert resolved(value) == {"a": "first", "b": [" second ", "plain", {"env": "not one"}]}
    assert secrets_in(value) == ["first", " second "]


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff"])
def test_a_file_without_a_secret_is_said(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(WrongUsage, match="is to hold a secret"):
        resolve({"$file": str(file)})


@pytest.mark.timeout(10)
def test_a_pipe_a_device_and_a_folder_hold_no_secret(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in (tmp_path / "pipe", "/dev/zero", tmp_path):
        with pytest.raises(
            WrongUsage, match=f"^the file {name} is to hold a secret, and is (no regular file|a folder)"
        ):
            resolve({"$file": str(name)})
