"""What is read of a WSDL: files in the folder of the spec, and nothing else."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from edatool.soap.documents import MOST_BYTES, Documents, RefusedWsdl
from edatool.soap.operation import read_operation

CASES = Path(__file__).parents[1] / "checks/cases/wsdl"
WSDL = (
    '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:x="http://www.w3.org/2001/XMLSchema">{}</definitions>'
)
INLINE = "<types><x:schema>{}</x:schema></types>"


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        found.setblocking(False)
        yield found


@pytest.mark.parametrize(
    ("wsdl", "why"),
    [
        (
            WSDL.format('<import namespace="urn:a" location="http://127.0.0.1:PORT/a.wsdl"/>'),
            "would have to be fetched",
        ),
        (WSDL.format('<import namespace="urn:a" location="//127.0.0.1:PORT/a.wsdl"/>'), "would have to be fetched"),
        (
            WSDL.format(INLINE.format('<x:include schemaLocation="http://127.0.0.1:PORT/a"/>')),
            "would have to be fetched",
        ),
        (
            WSDL.format(INLINE.format('<x:redefine schemaLocation="ftp://127.0.0.1:PORT/a"/>')),
            "would have to be fetched",
        ),
        (WSDL.format(INLINE.format('<x:import schemaLocation="file:///etc/passwd"/>')), "would have to be fetched"),
        (WSDL.format(INLINE.format('<x:import schemaLocation="../outside.xsd"/>')), "outside the folder"),
        (WSDL.format(INLINE.format('<x:import schemaLocation="a/../../outside.xsd"/>')), "outside the folder"),
        (WSDL.format(INLINE.format('<x:import schemaLocation="/etc/passwd"/>')), "outside the folder"),
        (WSDL.format(INLINE.format('<x:import schemaLocation="link.xsd"/>')), "outside the folder"),
        (WSDL.format(INLINE.format('<x:import schemaLocation="linked/outside.xsd"/>')), "outside the folder"),
        (WSDL.format(INLINE.format('<x:import schemaLocation="&#0;"/>')), "is no XML"),
        (WSDL.format(INLINE.format('<x:import schemaLocation="none.xsd"/>')), "none.xsd is not a file"),
        (WSDL.format(INLINE.format('<x:import schemaLocation="."/>')), "is not a file"),
        ('<!DOCTYPE a SYSTEM "http://127.0.0.1:PORT/a.dtd"><a/>', "has a DTD"),
        ('<!DOCTYPE a [<!ENTITY % e SYSTEM "http://127.0.0.1:PORT/"> %e;]><a/>', "has a DTD"),
        ('<!DOCTYPE a [<!ENTITY e "aaaaaaaaaa"><!ENTITY f "&e;&e;&e;&e;">]><a>&f;</a>', "has a DTD"),
        ("<a", "is no XML"),
        ('<?xml version="1.0" encoding="none"?><a/>', "an encoding that is not read"),
        ('<?xml version="1.0" encoding="shift_jis"?><a/>', "an encoding that is not read"),
        (WSDL.format('<import namespace="urn:a" location="http://[x"/>'), "would have to be fetched"),
        ("<a/>" + " " * MOST_BYTES, "more than 4 MiB"),
    ],
)
def test_a_wsdl_that_leads_elsewhere_is_refused_and_nothing_is_connected_to(
    wsdl: str, why: str, tmp_path: Path, listening: socket.socket
) -> None:
    folder = tmp_path / "spec"
    folder.mkdir()
    (tmp_path / "outside.xsd").write_text('<schema xmlns="http://www.w3.org/2001/XMLSchema"/>')
    (folder / "link.xsd").symlink_to(tmp_path / "outside.xsd")
    (folder / "linked").symlink_to(tmp_path)
    (folder / "a.wsdl").write_text(wsdl.replace("PORT", str(listening.getsockname()[1])))
    with pytest.raises(RefusedWsdl, match=why):
        Documents.read(folder, "a.wsdl")
    with pytest.raises(BlockingIOError):
        listening.accept()


def test_what_no_import_names_is_not_fetched_by_those_that_read_the_documents_either() -> None:
    documents = Documents.read(CASES, "billing.wsdl")
    assert sorted(Path(path).name for path in documents.texts) == ["billing.wsdl", "common.xsd", "messages.xsd"]
    main = documents.texts[documents.main].replace(b"types/messages.xsd", b"types/other.xsd")
    with pytest.raises(RefusedWsdl, match=r"other.xsd would have to be fetched"):
        read_operation(Documents(documents.main, {**documents.texts, documents.main: main}), "Bill")


def test_a_namespace_that_parsers_know_an_address_of_is_not_fetched(tmp_path: Path) -> None:
    imported = '<x:import namespace="http://www.w3.org/XML/1998/namespace"/>'
    (tmp_path / "a.wsdl").write_text(WSDL.format(INLINE.format(imported)))
    with pytest.raises(RefusedWsdl, match=r"https://www.w3.org/2001/xml.xsd would have to be fetched"):
        read_operation(Documents.read(tmp_path, "a.wsdl"), "Bill")


def test_links_within_the_folder_are_followed(tmp_path: Path) -> None:
    (tmp_path / "real.wsdl").write_text(WSDL.format('<import namespace="urn:a" location="b.wsdl"/>'))
    (tmp_path / "b.wsdl").write_text(WSDL.format('<import namespace="urn:a" location="a.wsdl"/>'))
    (tmp_path / "a.wsdl").symlink_to("real.wsdl")
    assert len(Documents.read(tmp_path, "a.wsdl").texts) == 2


def test_files_of_a_commit_are_read_in_place_of_those_on_the_disk(tmp_path: Path) -> None:
    held = {"a.wsdl": WSDL.format('<import namespace="urn:a" location="b/b.wsdl"/>').encode(), "b/b.wsdl": b"<b/>"}
    assert [*Documents.read(tmp_path, "a.wsdl", held).texts.values()] == [*held.values()]
    with pytest.raises(RefusedWsdl, match=r"c.wsdl is not a file"):
        Documents.read(tmp_path, "c.wsdl", held)
