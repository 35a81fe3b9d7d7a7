"""The command line itself: quick, every command with an example, nothing imported that is not needed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import fincity
from fincity.cli.app import build
from tests.make_release import make_release

HEAVY = (
    "alembic",
    "crawlers.launch",
    "linearmodels",
    "pandas",
    "pandera",
    "prefect",
    "scrapy",
    "sqlalchemy",
    "twisted",
)
PROBE = (
    "import sys; from fincity.cli import main\ntry: main(sys.argv[1:])\nfinally: print(*sys.modules, file=sys.stderr)"
)


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command with its words, groups included."""
    yield " ".join(path), command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*path, name))


TREE = dict(commands(typer.main.get_command(build())))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A real run that ends by listing the modules it imported on stderr."""
    return subprocess.run([sys.executable, "-c", PROBE, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("words", TREE, ids=lambda words: words or "fincity")
def test_every_command_says_what_it_does_and_shows_an_example_that_calls_it(words: str) -> None:
    command = TREE[words]
    assert command.help
    examples = [line.strip() for line in (command.epilog or "").splitlines() if line.strip().startswith("fincity ")]
    assert examples
    for example in examples:
        assert words in example


@pytest.mark.parametrize("words", [words for words, command in TREE.items() if not hasattr(command, "commands")])
def test_every_argument_and_option_is_explained(words: str) -> None:
    unexplained = [p.name for p in TREE[words].params if not p.help and p.name not in ("help", "year")]
    assert not unexplained


def test_help_imports_nothing_heavy() -> None:
    ran = run("--help")
    assert ran.returncode == 0
    assert "panel" in ran.stdout
    assert not {*HEAVY, "pyarrow", "numpy", "jieba", "rich.table"} & set(ran.stderr.split())


def test_a_panel_is_written_without_database_scheduler_crawler_or_pandas(tmp_path: Path) -> None:
    home = make_release(tmp_path / "home")
    ran = run("--home", str(home.path), "panel", "-o", str(tmp_path / "panel.csv"))
    assert (ran.returncode, ran.stdout) == (0, "")
    assert not set(HEAVY) & set(ran.stderr.split())


def test_the_package_is_imported_without_anything_heavy_and_offers_its_names() -> None:
    probe = "import fincity, sys; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert not {*HEAVY, "pyarrow", "numpy", "yaml", "typer"} & set(ran.stdout.split())
    assert all(callable(getattr(fincity, name)) for name in fincity.__all__ if name != "__version__")
    with pytest.raises(AttributeError, match=r"it has .*panel"):
        _ = fincity.panels  # type: ignore[attr-defined]


def test_the_version_is_that_of_the_package() -> None:
    ran = run("--version")
    assert (ran.returncode, ran.stdout) == (0, f"fincity {fincity.__version__}\n")


def test_a_module_that_shadows_a_room_is_named(tmp_path: Path) -> None:
    (tmp_path / "db.py").write_text("", encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-c", "import fincity"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert f"needs its own package 'db' in {Path(fincity.__file__).parent.parent}" in ran.stderr
    assert f"finds {tmp_path / 'db.py'}" in ran.stderr
