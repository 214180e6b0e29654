r"""Walk through a page as its reader would: write the files that it shows, and type its commands.

- A block ``console`` has commands behind ``$ ``, each with what it prints; ``> `` goes on with a command.
- A comment ``<!-- $ COMMAND -->`` is a command that readers do not see, and that has to succeed: what comes before
  the page. The block right below it, if it is none of ``console``, is what it prints.
- A name in front of a block, as in ```routes.yaml`:``, makes a file of it. Other blocks are only looked at.
- ``…`` in what is shown stands for anything.
- ``<!-- RabbitMQ 4.0 -->`` says that an older one prints something else in the block below it.

All happens in one folder and one vhost.
"""

import ast
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from edatool.broker.address import parse
from edatool.server.installed import free_ports
from tests.broker_fixtures import Vhost
from tests.pages.reading import ROOT
from tests.pages.shell import Shell

LANGUAGES = {"console", "python", "yaml", "toml", "json", "mermaid", "dockerfile", "groovy", "make", "sh", "xml"}
PART = re.compile(
    r"^<!-- RabbitMQ (?P<least>\d+)\.\d+ -->\n```console\n(?P<later_session>.*?)^```\n"
    r"|^<!-- (?P<hidden>\$ .*?)\s-->\n(?:\n?```(?P<language>(?!console)\w+)\n(?P<printed>.*?)^```\n)?"
    r"|^(?:`(?P<file>[\w./-]+)`:\n\n)?```(?P<kind>\w*)\n(?P<content>.*?)^```\n",
    re.MULTILINE | re.DOTALL,
)
_COMMAND = re.compile(r"^\$ (.*(?:\n> .*)*)\n", re.MULTILINE)
_BROKER = re.compile(r"amqp://user:password@host(?:/(\w+))?")
_PRIVATE = "amqp://edatool@127.0.0.1:38361"
_SERVED = "127.0.0.1:8080"
DONE_ALREADY = {
    "sudo apt-get update && sudo apt-get install -y python3-venv rabbitmq-server": "tests/test_first_screen.py does",
    "python3 -m venv .venv && . .venv/bin/activate && pip install -q .": "the tests run in such an environment",
    'eval "$(edatool broker start)"': "the test has a broker, and tests/cli/test_init.py starts one by this line",
    "edatool broker stop": "the test's broker is that of other tests, too",
}
"""Commands that are not carried out, and why."""


@dataclass(frozen=True, slots=True)
class Walk:
    """The place of a walk: where commands run, and how the page calls the broker that they run on."""

    shell: Shell
    folder: Path
    vhost: Vhost
    shown_at: str
    shown_vhost: str
    elsewhere: Mapping[str, str]

    def type(self, command: str) -> tuple[str, int]:
        """Run a command of the page, and return what it printed in the words of the page, and its exit code."""
        printed, code = self.shell.run(self.ours(command))
        address = parse(self.vhost.url)
        for ours, shown in (
            (str(address), self.shown_at),
            *self._other_vhosts(),
            (f"{address.host}:{address.port}", self.shown_at.rpartition("@")[2]),
            (self.vhost.name, self.shown_vhost),
            (".".join(map(str, self.vhost.version)), "4.3.6"),
            (f"{self.folder}/", ""),
            *((ours, shown) for shown, ours in self.elsewhere.items()),
        ):
            printed = printed.replace(ours, shown)
        return printed, code

    def ours(self, text: str) -> str:
        """Return commands or a file of the page with the servers of the test in the place of those that it names."""
        for shown, ours in self.elsewhere.items():
            text = text.replace(shown, ours)
        return _BROKER.sub(self.vhost.url, text)

    def _other_vhosts(self) -> Iterator[tuple[str, str]]:
        """Yield how the names of other vhosts are printed, and how the page calls them."""
        for shown, ours in self.elsewhere.items():
            if _BROKER.fullmatch(shown):
                yield str(parse(ours)), self.shown_at
                yield parse(ours).vhost or "/", parse(shown).vhost or "/"

    def session(self, shown: str) -> str:
        """Return a block of commands with what they print now."""
        parts = _COMMAND.split(shown)
        assert parts[0] == "", f"a block of commands begins with a command: {parts[0]}"
        lines = []
        for command, expected in zip(parts[1::2], parts[2::2], strict=True):
            if command in DONE_ALREADY:
                lines.append(f"$ {command}\n{expected}")
                continue
            printed, _ = self.type(command.replace("\n> ", "\n"))
            lines.append(f"$ {command}\n{expected if is_shown(expected, printed) else printed}")
        return "".join(lines)

    def hidden(self, commands: str) -> str:
        """Carry out commands that readers do not see, and return what the last one printed."""
        printed = ""
        for command in _COMMAND.findall(f"{commands}\n"):
            printed, code = self.type(command.replace("\n> ", "\n"))
            assert code == 0, f"{command}\n{printed}"
        return printed

    def part(self, found: re.Match[str]) -> str:
        """Return a part of the page as it is now."""
        if found["least"] and self.vhost.version < (int(found["least"]), 0, 0):
            return found[0]
        if found["least"]:
            return _put(found, "later_session", self.session(found["later_session"]))
        if found["hidden"]:
            printed = self.hidden(found["hidden"])
            shown = found["printed"]
            return found[0] if shown is None or is_shown(shown, printed) else _put(found, "printed", printed)
        assert found["kind"] in LANGUAGES, f"a block is one of {', '.join(sorted(LANGUAGES))}: {found[0]}"
        if found["kind"] == "console":
            return _put(found, "content", self.session(found["content"]))
        if found["kind"] == "python":
            compile(found["content"], found["file"] or "block", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        if found["file"]:
            path = Path(self.shell.run("pwd")[0].strip(), found["file"])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.ours(found["content"]))
        return found[0]


def walk(text: str, folder: Path, vhost: Vhost, elsewhere: Mapping[str, str]) -> str:
    """Return a page's text with what its commands print now; ``elsewhere`` are other servers by their names there."""
    named = _BROKER.search(text)
    ours = {_SERVED: f"127.0.0.1:{free_ports(1)[0]}", **elsewhere}
    shown_at = "amqp://user@host:5672" if named else _PRIVATE
    with Shell(folder, _environment(vhost)) as shell:
        return PART.sub(Walk(shell, folder, vhost, shown_at, (named and named[1]) or "/", ours).part, text)


def has_commands(text: str) -> bool:
    """Tell whether anything of a page is to be carried out or looked at."""
    return bool(PART.search(text))


def _environment(vhost: Vhost) -> dict[str, str]:
    # Those of the make that runs the tests would have the make of a page name its folder.
    foreign = ("EDATOOL_", "MAKE", "MFLAGS")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    named = {"EDATOOL_BROKER": vhost.url, "EDATOOL_MANAGEMENT": vhost.management, "SHOP_VHOST": vhost.name}
    return {**ours, **named, "PATH": path, "COLUMNS": "100", "PYTHONPATH": str(ROOT)}


def _put(found: re.Match[str], group: str, text: str) -> str:
    """Return what was found, with this text in the place of a group of it."""
    begin, end = (place - found.start() for place in found.span(group))
    return found[0][:begin] + text + found[0][end:]


def is_shown(shown: str, printed: str) -> bool:
    """Tell whether a page shows what was printed, but for what it leaves out with ``…``."""
    return bool(re.fullmatch(".*?".join(map(re.escape, shown.split("…"))), printed, re.DOTALL))
