"""`fincity check` on sources: what a real source must say, and what no two of them may."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from crawlers import sources
from fincity import conventions


@pytest.fixture
def problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """The problems of all sources, after a text of one was replaced in a copy of their folder."""

    def found(source: str, old: str, new: str, *, other: str = "") -> list[str]:
        folder = tmp_path / "sources"
        shutil.copytree(sources.FOLDER, folder)
        path = folder / f"{source}.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        name = other or source
        (folder / f"{name}.yaml").write_text(
            text.replace(old, new).replace(f"id: {source}\n", f"id: {name}\n"), encoding="utf-8"
        )
        monkeypatch.setattr(sources, "FOLDER", folder)
        return list(conventions.sources_are_valid())

    return found


def test_the_sources_keep_the_conventions():
    assert list(conventions.sources_are_valid()) == []
    assert sum(not source.synthetic for source in sources.all_sources()) >= conventions.FEWEST


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title: 国家开发银行采购网", "title: CDB", "title must be the Chinese one"),
        ("publisher: 国家开发银行", "publisher: '?'", "publisher must be the Chinese one"),
        ("robots: Not known; the crawler asks before its first page.", "robots: '?'", "robots must say"),
        ("max_silent_days: 12\n", "", "how much it publishes"),
        ("family: html_portal", "family: nothing", "no portal family"),
        ("site: cdb.com.cn", "site: [a]", "field site"),
    ],
)
def test_what_a_source_does_not_say_is_named(problems: Callable[..., list[str]], old: str, new: str, said: str):
    (problem,) = problems("cdb", old, new)
    assert "cdb.yaml" in problem
    assert said in problem


def test_a_list_belongs_to_one_source(problems: Callable[..., list[str]]):
    found = problems("cdb", "site: cdb.com.cn", "site: other.cn", other="cdb_again")
    assert any("list result is asked for by cdb/result already" in problem for problem in found)
    assert any("has site 'other.cn' here and 'cdb.com.cn' elsewhere" in problem for problem in found)


def test_what_is_left_out_is_asked_by_nobody(problems: Callable[..., list[str]]):
    found = problems("cdb", "cg.cdb.com.cn", "cg.psbc.com")
    assert any("is left out" in problem for problem in found)


def test_fewer_sources_than_promised_are_noticed(problems: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(conventions, "FEWEST", 10_000)
    assert any("fewer than 10000" in problem for problem in problems("cdb", "page_size: 10", "page_size: 11"))
