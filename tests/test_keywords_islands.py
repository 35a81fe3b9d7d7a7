"""Islands: jieba's path around a place, found from its surroundings alone."""

from __future__ import annotations

import random

import pytest

from keywords import islands
from keywords.islands import CERTAIN, INSIDE, OPEN, Islands, neighbours
from keywords.tokenizer import RUN, base, tokenizer
from tests import adversarial

OWN = ("区块链", "大数据", "数据库", "线上/线下")


@pytest.fixture(scope="module")
def ours() -> Islands:
    return Islands(OWN)


def test_an_island_ends_where_no_dictionary_word_crosses(ours: Islands) -> None:
    text = "推动大数据库房改造\n"
    start, marks = ours.around(text, 2, 5)
    assert text[start : start + len(marks) - 1] == "大数据库房改造"  # 房改 is a word, 动大 is none
    assert list(marks) == [CERTAIN, INSIDE, INSIDE, CERTAIN, INSIDE, CERTAIN, INSIDE, CERTAIN]


def test_beside_single_characters_the_path_says_nothing_final(ours: Islands) -> None:
    start, marks = ours.around("区块链的\n", 3, 4)
    assert (start, list(marks)) == (3, [OPEN, OPEN])


def test_two_paths_of_one_weight_are_left_to_the_whole_run(ours: Islands) -> None:
    words = {"甲": 3, "乙": 3, "丙": 3, "甲乙": 5, "乙丙": 5}
    tied = Islands(())
    tied._words = words
    assert tied.marks("甲乙丙") == b""
    assert ours.marks("区块链") == bytes([CERTAIN, INSIDE, INSIDE, CERTAIN])


def test_an_island_too_wide_is_left_to_the_whole_run(ours: Islands) -> None:
    text = "上海" * 100 + "\n"  # 海上 is a word too
    assert ours.around(text, 150, 151)[1] == b""


def test_memory_of_islands_is_bounded(ours: Islands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(islands, "_REMEMBERED", 3)
    for character in "一二三四五六七八九十":
        ours.around(f"{character}\n", 0, 1)
    assert len(ours._paths) <= 3


def test_neighbours_are_the_characters_beside_a_term_in_words_that_cross_its_ends() -> None:
    words = tokenizer(OWN).FREQ
    before, after = neighbours(OWN)["数据库"]
    assert {word[0] for word in words if words[word] and word[1:] in ("数", "数据", "数据库")} <= before
    assert "大" in before  # 大数据
    assert {word[-1] for word in words if words[word] and word[:-1] in ("库", "据库", "数据库")} <= after
    assert "的" not in before | after


def test_every_word_of_the_dictionary_fits_into_a_run() -> None:
    words = tokenizer(OWN).FREQ
    assert [word for word in words if not RUN.fullmatch(word)] == []
    assert tokenizer(OWN).total > base().total


def test_the_path_of_islands_is_that_of_jieba(ours: Islands) -> None:
    """Jieba without its model for unknown words cuts where the path goes; letters alone it joins again."""
    drawn = random.Random(7)
    own, lexicon = tokenizer(OWN), adversarial.everything()
    compared = 0
    for _ in range(3_000):
        text = adversarial.text(drawn, lexicon, 5)
        for run in RUN.findall(text):
            if any(character.isascii() for character in run):
                continue
            cuts = {0}
            for token in own.cut(run, HMM=False):
                cuts.add(max(cuts) + len(token))
            position = drawn.randint(0, len(run) - 1)
            start, marks = ours.around(f"{run}\n", position, position + 1)
            compared += len(marks)
            for place, mark in enumerate(marks, start):
                assert (place in cuts) == (mark != INSIDE), (run, place)
    assert compared > 5_000
