"""Streams: the hits of the matcher, document by document in order, whatever is cut and however many processes."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

import keywords
from keywords import Lexicon, LexiconError, Matched, Matcher, Options, Text, crew, match_stream, streaming
from tests import adversarial


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return keywords.load("fintech_taxonomy")


def _documents(lexicon: Lexicon, number: int = 60) -> list[Text]:
    drawn = random.Random(11)
    made = ("。".join(adversarial.text(drawn, lexicon, 40) for _ in range(drawn.randint(0, 6))) for _ in range(number))
    return [Text(f"d{place}", text) for place, text in enumerate(made)]


def _one_by_one(documents: list[Text], lexicon: Lexicon, policy: str, options: Options) -> list[Matched]:
    matcher = Matcher(lexicon, policy, options)
    return [Matched(document, matcher.find(document.text)) for document in documents]


@pytest.mark.parametrize("policy", ["strict", "published"])
@pytest.mark.parametrize("options", [Options(), Options(overlaps="all", negation=True)])
@pytest.mark.parametrize("chunk", [1, 30, 200_000])
def test_long_documents_are_cut_where_no_hit_can_stand(
    lexicon: Lexicon, policy: str, options: Options, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "CHUNK", chunk)
    documents = _documents(lexicon)
    found = list(match_stream(documents, lexicon, policy, options))
    assert found == _one_by_one(documents, lexicon, policy, options)
    assert sum(len(one.hits) for one in found) > 100


def test_two_processes_give_what_one_gives_in_the_same_order(lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "CHUNK", 500)
    documents = _documents(lexicon, 200)
    two = list(match_stream(documents, lexicon, "published", jobs=2))
    assert two == list(match_stream(documents, lexicon, "published"))


def test_a_stream_takes_no_more_documents_than_its_processes_have_waiting(
    lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "CHUNK", 1)
    taken = 0

    def endless() -> Iterator[Text]:
        nonlocal taken
        while True:
            taken += 1
            yield Text(str(taken), "区块链")

    stream = match_stream(endless(), lexicon, "published", jobs=2)
    assert [next(stream).text.document for _ in range(3)] == ["1", "2", "3"]
    assert taken <= 3 + streaming.ALONE + crew.WAITING * crew.AHEAD
    stream.close()


def test_marks_that_a_term_holds_cut_nothing(lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    monkeypatch.setattr(streaming, "CHUNK", 4)
    odd = replace(lexicon, terms=(replace(lexicon.terms[0], term="云！计算", needle="云!计算"),))
    (found,) = match_stream([Text("a", "上云！计算机。云！计算")], odd, "published")
    assert [hit.start for hit in found.hits] == [1, 7]


def test_what_cannot_be_searched_is_refused_before_the_first_document(lexicon: Lexicon) -> None:
    with pytest.raises(LexiconError, match="unknown matching policy"):
        match_stream([], lexicon, "loose")
    with pytest.raises(LexiconError, match="unknown overlaps 'some': use one of policy, longest, all"):
        Options(overlaps="some")
