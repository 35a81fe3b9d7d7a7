"""A million short titles, through the whole matcher on one core: folded, searched, hits with their places."""

from __future__ import annotations

import time

from benchmarks.match_corpus import Corpus, both
from benchmarks.match_tools import jieba_counter
from benchmarks.rows import Row, ratio
from benchmarks.workshop import Workshop
from keywords import Matcher, Text, match_stream
from keywords.folding import fold_string

NAME = "match-titles"
TITLES, TITLES_QUICK = 1_000_000, 50_000
# jieba takes minutes for a million.
TITLES_JIEBA = 50_000
SECONDS = 20


def rows(workshop: Workshop) -> list[Row]:
    """Seconds of processor time for a million titles, ours and jieba's, both after loading."""
    number = TITLES_QUICK if workshop.quick else TITLES
    lexicon = both()
    titles = list(Corpus(lexicon).titles(number))
    characters = sum(map(len, titles)) / number
    Matcher(lexicon).find(titles[0])  # loads what every later matcher shares
    began = time.process_time()
    hits = sum(len(matched.hits) for matched in match_stream((Text("", title) for title in titles), lexicon))
    took = (time.process_time() - began) * 1e6 / number
    ours = Row(NAME, f"seconds a million titles (at most {SECONDS})", took, "s", holds=took <= SECONDS)
    count = jieba_counter(lexicon)
    began = time.process_time()
    for title in titles[:TITLES_JIEBA]:
        count(fold_string(title))
    jieba = Row(NAME, "jieba.lcut + Counter", (time.process_time() - began) * 1e6 / min(TITLES_JIEBA, number), "s")
    return [
        Row(NAME, f"titles, of {characters:.0f} characters and {hits / number:.1f} hits on average", number, ""),
        ours,
        jieba,
        ratio("jieba / ours", jieba, ours),
    ]
