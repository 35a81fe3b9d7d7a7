"""The documentation says what is there: generated pages are fresh, links lead somewhere, commands exist."""

from __future__ import annotations

import re
import runpy
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from etl.records import Lot, Record, Supplier
from fincity.cli.app import build
from fincity.demo import corpus

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
PAGES = [*READMES, ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
MAKER = runpy.run_path(str(ROOT / "scripts" / "make_docs.py"))
_FENCE = re.compile(r"^```.*?\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#\s]*)(#[^)\s]*)?\)")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize(
    "name", ["commands.md", "data-dictionary.md", "sources.md", "sources-left-out.md", "lexicons.md"]
)
def test_a_generated_page_is_fresh(name: str) -> None:
    fresh = MAKER["pages"]()[name]()
    assert (DOCS / name).read_text(encoding="utf-8") == fresh, "run python scripts/make_docs.py"


def test_every_command_and_option_says_what_it_does() -> None:
    assert list(MAKER["undocumented"](get_command(build()))) == []


def test_every_field_of_a_record_is_explained() -> None:
    page = (DOCS / "records.md").read_text(encoding="utf-8")
    names = [field.name for cls in (Record, Lot, Supplier) for field in fields(cls)]
    assert [name for name in names if f"`{name}`" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_internal_links_lead_somewhere(page: Path) -> None:
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    links = [(path, anchor) for path, anchor in _LINK.findall(text) if "://" not in path]
    targets = [(page.parent / path if path else page, anchor) for path, anchor in links]
    assert [str(target) for target, _ in targets if not target.is_file()] == []
    assert [f"{target}{anchor}" for target, anchor in targets if anchor and anchor[1:] not in slugs(target)] == []


def slugs(page: Path) -> set[str]:
    """Anchors of a page's headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", heading).strip().lower()) for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_line_shown_exists(page: Path) -> None:
    assert [problem for line in shown(page) for problem in wrong(line)] == []


def shown(page: Path) -> Iterator[str]:
    """Command lines in a page's code blocks, without the remarks that stand far to their right."""
    for block in _FENCE.findall(page.read_text(encoding="utf-8")):
        yield from (re.split(r"\s{3,}", line)[0] for line in block.splitlines() if line.startswith("fincity "))


def wrong(line: str) -> Iterator[str]:
    """What of a command line does not exist."""
    _, *words = shlex.split(line.replace("[", "").replace("]", ""))
    command: Any = get_command(build())
    known = options(command)
    while words and hasattr(command, "commands"):
        word, *words = words
        if word.startswith("-"):
            words = words[1:] if word in known and word == "--home" else words
        elif word in command.commands:
            command = command.commands[word]
            known = known | options(command)
        else:
            yield f"{line}: no command {word}"
            return
    yield from (f"{line}: no option {word}" for word in words if word.startswith("-") and word not in known)


def options(command: Any) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts if name.startswith("-")}


def test_the_number_the_readme_explains_is_in_the_demo() -> None:
    shown_cells = re.findall(r"explain (\d{6}) (\d{4}) (\w+)", READMES[0].read_text(encoding="utf-8"))
    truth = corpus.make("full").truth
    assert [bool(truth.value(indicator, code, int(year))) for code, year, indicator in shown_cells] == [True]


def test_both_readmes_say_the_same() -> None:
    english, chinese = (readme.read_text(encoding="utf-8") for readme in READMES)
    assert _FENCE.findall(english) == _FENCE.findall(chinese)
    assert outline(english) == outline(chinese)


def outline(text: str) -> list[str]:
    """Levels of headings and rows of tables, in order."""
    return re.findall(r"^#+|^\|", _FENCE.sub("", text), re.MULTILINE)


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    build_site = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(build_site, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    loaded = re.findall(r'(?:src|<link[^>]*href)="(https?://[^"]+)', (tmp_path / "site" / "index.html").read_text())
    assert loaded == []
