"""What is built of the repository, and what an environment has of it."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built of the source distribution beside it."""
    source, dist = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    # What an earlier build has left in the repository would be packed, too.
    for file in ("pyproject.toml", "README.md", "LICENSE", "docs/reference/edatool.1"):
        (source / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, source / file)
    shutil.copytree(ROOT / "edatool", source / "edatool", ignore=shutil.ignore_patterns("__pycache__"))
    ran(BIN / "pyproject-build", "--outdir", dist, source)
    return next(dist.glob("*.whl"))


def ran(*command: object, cwd: Path | None = None) -> str:
    """Return what a command printed; it fails where that does."""
    done = subprocess.run([*map(str, command)], cwd=cwd, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_both_distributions_are_as_an_index_takes_them(wheel: Path) -> None:
    source = next(wheel.parent.glob("*.tar.gz"))
    ran(BIN / "twine", "check", "--strict", wheel, source)
    ran(BIN / "check-wheel-contents", wheel)


@pytest.mark.slow
def test_a_wheel_holds_all_files_of_the_package(wheel: Path) -> None:
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("edatool/")}
    there = [file for file in (ROOT / "edatool").rglob("*") if file.is_file() and file.suffix != ".pyc"]
    assert packed == {file.relative_to(ROOT).as_posix() for file in there}


@pytest.mark.slow
def test_an_environment_with_the_wheel_has_commands_templates_and_manual(wheel: Path, tmp_path: Path) -> None:
    ran(sys.executable, "-m", "venv", tmp_path / "environment")
    installed = tmp_path / "environment" / "bin"
    ran(installed / "python", "-m", "pip", "install", "--quiet", wheel)
    ran(installed / "python", "-m", "pip", "check")
    assert (tmp_path / "environment" / "share" / "man" / "man1" / "edatool.1").is_file()
    for template in ("minimal", "shop", "ci"):
        ran(installed / "edatool", "init", template, "--template", template, cwd=tmp_path)
        ran(installed / "edatool", "validate", cwd=tmp_path / template)
        assert "passed" in ran(installed / "edatool", "test", cwd=tmp_path / template)
