"""Whoever types what the README's first screen says, on a Debian that has nothing of it, gets what it shows.

The Debian is a tree of its own, without a compiler, a Python and a RabbitMQ, but with a clone of this repository. What
ends there ends with the test: it has its own process numbers.
"""

import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages.walk import is_shown
from tests.processes import Process

ROOT = Path(__file__).parents[1]
SHOWN = (ROOT / "README.md").read_text().partition("```console\n")[2].partition("```\n")[0]
PORT = re.compile(r"(?<=@127\.0\.0\.1:)\d+")
OF_THIS_MACHINE = ("resolv.conf", "hosts", "pip.conf", "apt/apt.conf.d", "ssl/certs/ca-certificates.crt")
"""How this machine reaches its packages."""


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The tree, with a user who may become root."""
    if os.geteuid():
        pytest.skip("a chroot takes root")
    get = [str(ROOT / "tests" / "servers" / "debian"), "clean", "bookworm", "ca-certificates", "sudo"]
    kept = subprocess.run(get, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    tree = tmp_path_factory.mktemp("clean") / "tree"
    subprocess.run(["cp", "-a", kept, tree], check=True)
    for name in OF_THIS_MACHINE:
        subprocess.run(f"cp -rT /etc/{name} {tree}/etc/{name} 2>/dev/null || true", shell=True, check=True)
    (tree / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")  # as in containers, packages start nothing
    (tree / "usr/sbin/policy-rc.d").chmod(0o755)
    (tree / "etc/sudoers.d/newcomer").write_text("newcomer ALL=(ALL) NOPASSWD: ALL\n")
    subprocess.run(["chroot", tree, "useradd", "--create-home", "newcomer"], check=True)
    yield tree
    shutil.rmtree(tree)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("user", ["newcomer", "root"])
def test_the_first_screen_does_what_it_shows_on_a_debian_that_has_nothing_of_it(clean: Path, user: str) -> None:
    home = clean / ("root" if user == "root" else f"home/{user}")
    files = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    (home / "edatool").mkdir()
    subprocess.run(["tar", "-x", "-C", home / "edatool"], input=files, check=True)
    subprocess.run(["chroot", clean, "chown", "-R", f"{user}:", f"{home}/edatool".removeprefix(str(clean))], check=True)
    begun = time.monotonic()
    printed = typed(clean, user, re.findall(r"^\$ (.*)$", SHOWN, re.MULTILINE))
    print(f"{user}: {time.monotonic() - begun:.0f} seconds, with downloads")
    assert is_shown(PORT.sub("5672", SHOWN), PORT.sub("5672", printed)), printed


def typed(tree: Path, user: str, commands: list[str]) -> str:
    """Type commands in the clone, in a login of a user, and return what a terminal would show."""
    mounted = f"mount -t proc proc {tree}/proc && mount --rbind /dev {tree}/dev"
    shell = f"chroot {tree} su - {user} -c 'cd edatool && exec bash 2>&1'"
    # Each command has nothing to read, so that it does not read those behind it.
    script = "".join(f"echo {shlex.quote(f'$ {one}')}\n{{ {one}\n}} </dev/null\n" for one in commands)
    inside = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "sh", "-c"]
    with Process([*inside, f"{mounted} && {shell}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as login:
        return login.communicate(script)[0]
