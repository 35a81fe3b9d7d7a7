"""Options of a search: overlaps, negation, the segmenter; and the labels that hits give a text."""

from __future__ import annotations

import random
from importlib.util import find_spec

import pytest

import keywords
from keywords import Labels, LexiconError, Matcher, Options, labels
from keywords.segmenters import cutter
from keywords.tokenizer import RUN, tokenizer
from tests import adversarial


def _terms(text: str, lexicon: str = "digital_121", policy: str = "strict", **choices: object) -> list[str]:
    matcher = Matcher(keywords.load(lexicon), policy, Options(**choices))
    return [hit.term for hit in matcher.find(text)]


def test_all_keeps_what_overlaps_and_longest_does_not() -> None:
    assert _terms("移动互联网", policy="published") == ["移动互联网"]
    assert _terms("移动互联网", policy="published", overlaps="all") == ["移动互联", "移动互联网"]
    assert _terms("人工智能平台", "fintech_taxonomy", "published") == ["人工智能", "智能*"]
    assert _terms("人工智能平台", "fintech_taxonomy", "published", overlaps="longest") == ["人工智能"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("企业没有大数据", []),
        ("尚未用上大数据", []),
        ("难以应用大数据", []),
        ("不仅发展大数据", ["大数据"]),
        ("不断推进大数据", ["大数据"]),
        ("面向未来大数据", ["大数据"]),
        ("毫不动摇，大数据", ["大数据"]),
        ("不搞重复建设的大数据", ["大数据"]),
        ("没有大数据、云计算", ["云计算"]),
    ],
)
def test_a_hit_behind_a_negation_is_left_out_if_asked(text: str, found: list[str]) -> None:
    assert _terms(text, negation=True) == found
    assert "大数据" in _terms(text)


def test_a_negated_hit_does_not_make_room_for_what_it_covers() -> None:
    assert _terms("没有移动互联网", policy="published", negation=True) == []


def test_a_text_has_the_label_of_every_dimension_and_the_longest_term_names_the_primary_one() -> None:
    lexicon = keywords.load("fintech_taxonomy")
    find = Matcher(lexicon, "published").find
    assert labels(find("IT与区块链大数据平台"), lexicon) == Labels(("区块链", "大数据", "云计算"), "区块链")
    assert labels(find("食堂食材采购"), lexicon) == Labels((), "")
    ungrouped = keywords.load("digital_li_chuntao_2020")
    assert labels(Matcher(ungrouped).find("大数据"), ungrouped) == Labels((), "")


def test_a_segmenter_that_is_not_installed_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    if find_spec("rjieba"):
        pytest.skip("rjieba is installed")
    with pytest.raises(LexiconError, match=r"rjieba is not installed: pip install 'fincity\[fast\]'"):
        Matcher(keywords.load("digital_121"), options=Options(segmenter="rjieba"))


def test_rjieba_cuts_runs_as_jieba_does() -> None:
    pytest.importorskip("rjieba", reason="rjieba is not installed: pip install 'fincity[fast]'")
    drawn = random.Random(5)
    lexicon = adversarial.everything()
    ours, theirs = tokenizer(lexicon.words).lcut, cutter(lexicon.words, "rjieba")
    for _ in range(3_000):
        for run in RUN.findall(adversarial.text(drawn, lexicon)):
            assert theirs(run) == ours(run), run
