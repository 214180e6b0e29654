"""An editor takes the published schema: the language server that VS Code and others use for YAML, if it is there.

``npm install -g yaml-language-server`` puts it there.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import IO, Any

import pytest

from tests.cli.conftest import SPEC, EdatoolRun
from tests.processes import Process

SERVER = shutil.which("yaml-language-server")
pytestmark = pytest.mark.skipif(SERVER is None, reason="yaml-language-server is not installed")


def sent(stream: IO[bytes], method: str, **message: object) -> None:
    """Send a message of JSON-RPC."""
    body = json.dumps({"jsonrpc": "2.0", "method": method, **message}).encode()
    stream.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    stream.flush()


def received(stream: IO[bytes]) -> Any:
    """Return the next message of JSON-RPC."""
    length = 0
    while line := stream.readline().strip():
        length = int(line.partition(b":")[2]) if line.lower().startswith(b"content-length") else length
    return json.loads(stream.read(length))


def diagnosed(file: Path, text: str) -> list[str]:
    """Return what the language server has against a file."""
    assert SERVER
    with Process[bytes]([SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin
        assert server.stdout
        sent(server.stdin, "initialize", id=1, params={"processId": None, "rootUri": None, "capabilities": {}})
        while received(server.stdout).get("id") != 1:
            pass
        sent(server.stdin, "initialized", params={})
        document = {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        sent(server.stdin, "textDocument/didOpen", params={"textDocument": document})
        while (found := received(server.stdout)).get("method") != "textDocument/publishDiagnostics":
            pass
        server.kill()
    return [one["message"] for one in found["params"]["diagnostics"]]


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder, and lend its URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def commented(schema: str) -> str:
    """Return a spec that names its schema, as editors read it."""
    return f"# yaml-language-server: $schema={schema}\n{SPEC}"


@pytest.mark.parametrize("url", ["https://shop.example/schemas", None])
def test_an_editor_finds_what_is_wrong_by_the_schema_in_a_file(
    shop: Path, edatool: EdatoolRun, url: str | None
) -> None:
    assert edatool("schema", "--publish", "schemas", *(["--url", url] if url else [])).code == 0
    text = commented("schemas/routes.schema.json")
    assert diagnosed(shop / "routes.yaml", text) == []
    assert any("queus" in one for one in diagnosed(shop / "routes.yaml", text + "queus: {}\n"))


def test_and_by_one_that_is_served(shop: Path, edatool: EdatoolRun) -> None:
    with served(shop) as url:
        assert edatool("schema", "--publish", ".", "--url", url).code == 0
        text = commented(f"{url}/routes.schema.json")
        assert diagnosed(shop / "routes.yaml", text) == []
        assert any("queus" in one for one in diagnosed(shop / "routes.yaml", text + "queus: {}\n"))
