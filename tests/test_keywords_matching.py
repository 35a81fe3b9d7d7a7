"""The fast matcher gives what the slow reference gives, and the reference what plain jieba gives."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from unicodedata import normalize

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import keywords
from keywords import Lexicon, LexiconError, Matcher, Text
from keywords.reference import find
from keywords.texts import files, read

STRICT = keywords.builtin()
PUBLISHED = [name for name in STRICT if keywords.load(name).published]
SEARCHES = [(name, "strict") for name in STRICT] + [(name, "published") for name in PUBLISHED]

# Pieces that tempt a matcher: terms and halves of terms, words that share characters with them, and what Unicode has.
ORDINARY = ["市场", "景气", "增", "密度", "特征", "信息", "公共", "享有", "互联", "联合", "大", "库房", "金融", "人才"]
ORDINARY += ["安全法", "体", "化", "的", "台", "情", "地图", "网", "资源", "高"]
WIDTHS = ["５Ｇ", "ＡＰＰ", "ｉｔ", "ＮＦＣ", "＋", "ＩＴ", "5g", "b2B", "ﾊﾞ"]
ODD = ["㍿", "ﬁ", "e\u0301", "\u0301", "ß", "İ", "𠮷", "😀", "👩\u200d💻", "각", "가\u11a8", "½", "①"]
ODD += ["\ud800", "\u200b", "\x00"]
BETWEEN = [" ", "\u3000", "\n", "\r\n", "，", "。", "-", "_", ".", "%", "/", "x", "9", "LIM", "ED", "&", "#", "…"]


def _terms() -> list[str]:
    needles = {term.needle for name in STRICT for term in keywords.load(name).terms}
    return sorted(needles | {needle[:2] for needle in needles} | {needle[1:] for needle in needles if len(needle) > 1})


PIECES = st.sampled_from(_terms()) | st.sampled_from(ORDINARY + WIDTHS + ODD + BETWEEN) | st.text(max_size=3)
TEXTS = st.lists(PIECES, max_size=14).map("".join)


@pytest.fixture(scope="module")
def matchers() -> dict[tuple[str, str], Matcher]:
    return {(name, policy): Matcher(keywords.load(name), policy) for name, policy in SEARCHES}


@pytest.mark.parametrize("search", SEARCHES, ids="-".join)
@settings(max_examples=60, deadline=None)
@given(text=TEXTS)
def test_the_matcher_equals_the_reference(
    matchers: dict[tuple[str, str], Matcher], search: tuple[str, str], text: str
) -> None:
    name, policy = search
    assert matchers[search].find(text) == find(keywords.load(name), text, policy)


@settings(max_examples=150, deadline=None)
@given(text=TEXTS, name=st.sampled_from(STRICT))
def test_spans_are_those_of_the_text_as_given(matchers: dict[tuple[str, str], Matcher], text: str, name: str) -> None:
    lexicon = keywords.load(name)
    for hit in matchers[name, "strict"].find(text):
        assert hit.text == text[hit.start : hit.end]
        assert lexicon.term(hit.term).needle in normalize("NFKC", hit.text).casefold()


@pytest.fixture(scope="module")
def odd_matchers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Matcher]:
    """Terms with spaces, signs, expanding and combining characters, and terms inside one another."""
    odd = ["线上/线下", "C++", "Big Data", "AI*", "*ed", "X光机", "信息 化", "化", "㍿", "e\u0301te", "·网", "𠮷", "2B"]
    odd += ["大数据", "数据安全", "大数据安全法*", "*安全", "互联网+"]
    path = tmp_path_factory.mktemp("own") / "own.yaml"
    path.write_text(
        "id: own\ntitle: t\nstatus: proposal\nsources: {me: me}\n"
        "published: {spaces: drop, overlaps: keep, guard: ascii}\nterms:\n"
        + "".join(f"  - {term!r}\n" for term in odd),
        encoding="utf-8",
    )
    return {policy: Matcher(keywords.load(path), policy) for policy in keywords.lexicon.POLICIES}


@pytest.mark.parametrize("policy", keywords.lexicon.POLICIES)
@settings(max_examples=100, deadline=None)
@given(text=TEXTS)
def test_ones_own_odd_terms_are_matched_alike(odd_matchers: dict[str, Matcher], policy: str, text: str) -> None:
    text = text + "线上/线下big  data信息 化" + text
    assert odd_matchers[policy].find(text) == find(odd_matchers[policy].lexicon, text, policy)


def test_published_keeps_every_term_of_a_title_and_ignores_spaces() -> None:
    matcher = Matcher(keywords.load("fintech_taxonomy"), "published")
    hits = matcher.find("人工 智能平台与UNIT系统")
    assert [(hit.term, hit.text) for hit in hits] == [("人工智能", "人工 智能"), ("智能*", "智能")]


def test_published_digital_lists_take_the_longest_and_do_not_guard() -> None:
    matcher = Matcher(keywords.load("digital_121"), "published")
    hits = matcher.find("移动互联网15G跨境电商，市特征信息")
    assert [hit.term for hit in hits] == ["移动互联网", "5G", "电商", "征信"]


def test_a_policy_nobody_defined_is_refused() -> None:
    with pytest.raises(LexiconError, match="unknown matching policy 'loose': use one of strict, published"):
        Matcher(keywords.load("digital_121"), "loose")
    with pytest.raises(LexiconError, match="policy_tools: no published matching rule"):
        find(keywords.load("policy_tools"), "贷款", "published")


def test_importing_the_room_loads_no_jieba_and_no_pandas() -> None:
    program = "import sys, keywords; print({'jieba', 'pandas', 'ahocorasick_rs', 'yaml'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_jieba_is_loaded_silently_and_leaves_no_cache_behind(tmp_path: Path) -> None:
    program = "import keywords; print(len(keywords.Matcher(keywords.load('digital_121')).find('大数据')))"
    environment = {"TMPDIR": str(tmp_path), "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert (done.stdout, done.stderr) == ("1\n", "")
    assert list(tmp_path.iterdir()) == []


def test_the_tokenizer_version_names_the_installed_jieba() -> None:
    assert keywords.TOKENIZER_VERSION.startswith(f"jieba-{version('jieba')}+hmm")


# --- real reports ---


def _reports(data: Path) -> Iterator[Text]:
    folders = [data / "reports" / "shanghai", data / "reports" / "provincial_2026"]
    return (one for one in read(files(folders)) if isinstance(one, Text))


def _plain_jieba(lexicon: Lexicon, folder: Path) -> jieba.Tokenizer:
    """Set up jieba as a researcher does, with the documented weights."""
    own = jieba.Tokenizer()
    own.tmp_dir = str(folder)
    own.initialize()
    for term in lexicon.terms:
        if not term.needle.isascii():
            own.add_word(term.needle)
            if len(term.needle) > 2:
                own.add_word(term.needle, max(1000, own.FREQ[term.needle]))
    return own


def _count_tokens(lexicon: Lexicon, own: jieba.Tokenizer, text: str) -> Counter[str]:
    """Whole tokens that are terms: the hits of plain words, as `jieba.lcut` and a Counter give them."""
    folded = normalize("NFKC", text).casefold()
    plain = {term.needle: term.term for term in lexicon.terms if term.mode in ("word", "mixed")}
    return Counter(plain[token] for token in own.lcut(folded) if token in plain)


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["digital_121", "fintech_taxonomy"])
def test_every_real_report_has_the_hits_of_plain_jieba(shared_data: Path, tmp_path: Path, name: str) -> None:
    lexicon = keywords.load(name)
    matcher = Matcher(lexicon)
    own = _plain_jieba(lexicon, tmp_path)
    documents = 0
    for report in _reports(shared_data):
        hits = matcher.find(report.text)
        whole = Counter(hit.term for hit in hits if lexicon.term(hit.term).mode in ("word", "mixed"))
        tokens = _count_tokens(lexicon, own, report.text)
        assert whole == tokens, report.document
        documents += 1
    assert documents == 12 + 31
