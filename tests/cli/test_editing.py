"""A payload in an editor that fails, or leaves what is none: nothing is to be sent then."""

from pathlib import Path

import pytest

from edatool.cli.dead_letters.editing import edited
from edatool.errors import WrongUsage


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("exit 3", "Editing failed"),
        ("kill -9 $$", "Editing failed"),
        (': > "$1"', "the editor left nothing"),
        ('rm "$1"', "cannot be read .*No such file"),
        ('printf "\\377" > "$1"', "cannot be read .*utf-8"),
    ],
)
def test_nothing_is_sent_of_what_an_editor_spoils(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, why: str
) -> None:
    editor = tmp_path / "editor"
    editor.write_text(f"#!/bin/sh\n{script}\n")
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.delenv("VISUAL", raising=False)
    with pytest.raises(WrongUsage, match=why):
        edited(b'{"total": 1}')
