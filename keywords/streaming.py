"""Search a stream of documents, in one process or several, in memory that does not grow with the stream.

Documents go to the processes in chunks of bounded length, a few at a time; a longer document is cut into pieces where
no hit can stand. Results come in the order of the documents.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain

from keywords.crew import Crew
from keywords.folding import fold_string
from keywords.hits import Hit, Matched, Text
from keywords.lexicon import Lexicon
from keywords.matcher import Matcher
from keywords.options import DEFAULT, Options
from keywords.segmenters import require

# Characters in a chunk, and chunks from which on a helper repays its start.
CHUNK = 800_000
ALONE = 2

# What a document without text counts in a chunk.
_OVERHEAD = 50

# Marks after which a long document may be cut: they end jieba's runs, guards and negations, if no term holds them.
_MARKS = "。！？；\n"


# A part of a document that is searched by itself: the document, where the part starts and where it ends.
Piece = tuple[Text, int, int]
Chunk = list[Piece]
# Start, end and term of every hit of a piece, as numbers of four bytes: cheap to hand over.
Found = list[bytes]


def match_stream(
    documents: Iterable[Text], lexicon: Lexicon, policy: str = "strict", options: Options = DEFAULT, jobs: int = 1
) -> Iterator[Matched]:
    """Yield every document with its hits, in order, using so many processes.

    A script that asks for several must do its own work under `if __name__ == "__main__"`. Raises LexiconError when
    the lexicon has no such policy or the segmenter is not installed, BrokenExecutor when a process was killed.
    """
    lexicon.rules(policy)
    require(options.segmenter)
    chunks = _chunks(documents, _breaks(lexicon, policy))
    return _joined(_searched(chunks, jobs, partial(_searcher, lexicon, policy, options)), lexicon)


def _searched(
    chunks: Iterable[Chunk], jobs: int, searcher: Callable[[], Callable[[list[str]], Found]]
) -> Iterator[tuple[Chunk, Found]]:
    with Crew(searcher, jobs) as crew:
        yield from crew.done(((chunk, _texts(chunk)) for chunk in chunks), ALONE)


def _breaks(lexicon: Lexicon, policy: str) -> re.Pattern[str] | None:
    """Return what to search for where a long text is to be cut, None where nothing is safe."""
    rules = lexicon.rules(policy)
    held = "".join(term.needle for term in lexicon.terms) + "\n" * rules.drop_spaces
    marks = "".join(mark for mark in _MARKS if fold_string(mark) not in held)
    # A mark that combines with what stands before it would not be left alone.
    return re.compile(f"[{marks}](?=[\u4e00-\u9fffa-zA-Z0-9])") if marks else None


def _chunks(documents: Iterable[Text], breaks: re.Pattern[str] | None) -> Iterator[Chunk]:
    chunk: Chunk = []
    length = 0
    for document in documents:
        for start, end in _cuts(document.text, breaks):
            chunk.append((document, start, end))
            length += end - start + _OVERHEAD
            if length >= CHUNK:
                yield chunk
                chunk, length = [], 0
    if chunk:
        yield chunk


def _cuts(text: str, breaks: re.Pattern[str] | None) -> list[tuple[int, int]]:
    """Return where the pieces of a text start and end."""
    cuts, start = [], 0
    while breaks and len(text) - start > CHUNK and (found := breaks.search(text, start + CHUNK - 1)):
        cuts.append((start, found.end()))
        start = found.end()
    return [*cuts, (start, len(text))]


def _texts(chunk: Chunk) -> list[str]:
    return [document.text[start:end] for document, start, end in chunk]


def _searcher(lexicon: Lexicon, policy: str, options: Options) -> Callable[[list[str]], Found]:
    return partial(_search, Matcher(lexicon, policy, options))


def _search(matcher: Matcher, texts: list[str]) -> Found:
    found = map(matcher.spans, texts)
    return [array("I", chain.from_iterable(spans)).tobytes() if spans else b"" for spans in found]


def _joined(searched: Iterable[tuple[Chunk, Found]], lexicon: Lexicon) -> Iterator[Matched]:
    """Make hits of the numbers, and documents of the pieces."""
    names = [term.term for term in lexicon.terms]
    hits: list[Hit] = []
    for chunk, found in searched:
        for (document, start, end), packed in zip(chunk, found, strict=True):
            if packed:
                hits += _hits(document.text, start, array("I", packed), names)
            if end == len(document.text):
                yield Matched(document, hits)
                hits = []


def _hits(text: str, offset: int, packed: array[int], names: list[str]) -> Iterator[Hit]:
    numbers = iter(packed)
    for start, end, term in zip(numbers, numbers, numbers, strict=True):
        first, last = offset + start, offset + end
        yield Hit(first, last, text[first:last], names[term])
