"""Completion in real shells, each asked for what it offers behind some words."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import EdatoolRun

BASH = """
compopt() {{ echo "$@"; }}
eval "$(edatool completion bash)"
COMP_WORDS=({words} "{begun}") COMP_CWORD={place}
_edatool_completion edatool
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
FISH = """
edatool completion fish | source
complete --do-complete "{words} {begun}" | string replace --regex '\\t.*' ''
true
"""
ZSH = """
autoload -U compinit && compinit -u -d "$PWD/zcompdump"
eval "$(edatool completion zsh)"
_describe() {{ print -l -- "${{(@)completions_with_descriptions%%:*}}" }}
compadd() {{ print -l -- "$completions" }}
words=({words} "{begun}") CURRENT=$((${{#words}}))
_edatool_completion
"""
SCRIPTS = {"bash": BASH, "fish": FISH, "zsh": ZSH}


def offered(shell: str, words: str, begun: str = "") -> list[str]:
    """Return what a shell offers for the word that is begun behind some words."""
    program = shutil.which(shell)
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{shell} is not installed")
        pytest.skip(f"{shell} is not installed")
    script = SCRIPTS[shell].format(words=words, begun=begun, place=len(words.split()))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "HOME": str(Path.cwd())}
    done = subprocess.run(
        [program, "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("shell", SCRIPTS)
def test_a_shell_offers_commands_options_and_names_of_the_spec(shell: str, shop: Path) -> None:
    assert offered(shell, "edatool", "pub") == ["publish"]
    assert "--replace" in offered(shell, "edatool apply", "--re")
    assert offered(shell, "edatool publish") == ["order.placed"]
    assert offered(shell, "edatool apply --replace", "f") == ["full"]
    assert offered(shell, "edatool route --exchange") == ["events"]


def test_a_spec_that_cannot_be_read_offers_nothing_and_says_nothing(shop: Path) -> None:
    (shop / "routes.yaml").write_text("a: [")
    assert offered("bash", "edatool publish") == []


def test_the_spec_is_the_one_that_is_named_before(shop: Path) -> None:
    (shop / "routes.yaml").rename(shop / "other.yaml")
    assert offered("bash", "edatool apply -f other.yaml --allow-unroutable") == ["order.placed"]


def test_codes_are_offered_to_explain(shop: Path) -> None:
    found = offered("bash", "edatool explain", "e20")
    assert "E201" in found
    assert all(one.startswith("E20") for one in found)


def test_a_shell_that_is_not_known_is_refused(edatool: EdatoolRun) -> None:
    refused = edatool("completion", "tcsh")
    assert refused.code == 2
    assert "bash" in refused.err


@pytest.mark.parametrize("words", ["validate -f", "drift -o", "apply", "plan --save", "publish order.placed"])
def test_names_of_files_are_offered_where_a_file_is_taken(words: str, shop: Path) -> None:
    assert offered("bash", f"edatool {words}", "rou") == ["-o", "default"]  # bash completes the name itself


def test_the_spec_may_be_that_of_the_settings(shop: Path) -> None:
    (shop / "routes.yaml").rename(shop / "other.yaml")
    (shop / "edatool.toml").write_text("files = ['other.yaml']\n")
    assert offered("bash", "edatool publish") == ["order.placed"]
    (shop / "edatool.toml").write_text("fils = ['other.yaml']\n")
    assert offered("bash", "edatool publish") == []


def test_choices_of_common_options_are_offered(shop: Path) -> None:
    assert offered("bash", "edatool plan --color") == ["auto", "always", "never"]
    assert "outbox-status" in offered("bash", "edatool schema --of")
    assert {"--quiet", "--verbose", "--output", "--force", "--debug"} <= set(offered("bash", "edatool drift", "--"))
