"""The page on one's own data: every example runs, in its order, and prints what the page says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fincity.cli import main
from tests.make_release import make_release

PAGE = Path(__file__).resolve().parent.parent / "docs" / "your-own-data.md"
_FENCE = re.compile(r"^```(.*?)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks() -> Iterator[tuple[str, str]]:
    """Kind and text of the code blocks of the page; how to install is somebody else's test."""
    for kind, text in _FENCE.findall(PAGE.read_text(encoding="utf-8")):
        if not text.startswith("pip "):
            yield kind, text


def run(line: str) -> None:
    _, *arguments = shlex.split(line)
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 0, line


def test_every_example_runs_and_prints_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FINCITY_HOME", str(make_release(tmp_path / "home").path))
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for kind, text in blocks():
        if kind == "python":
            capsys.readouterr()
            exec(text, names)
        elif kind == "text":
            assert capsys.readouterr().out.strip() == text.strip()
        elif kind.startswith("csv"):
            path = Path(kind.partition('"')[2].rstrip('"'))
            assert not path.exists() or path.read_text(encoding="utf-8") == text
            path.write_text(text, encoding="utf-8")
        else:
            for line in text.splitlines():
                run(line)
    assert {"resolved.csv", "merged.csv", "merged.unmatched.csv"} <= {path.name for path in tmp_path.iterdir()}
