"""Search a stream of documents, in one process or several, in memory that does not grow with the stream.

Documents go to the processes in chunks of bounded length, a few at a time; a longer document is cut into pieces where
no hit can stand. Results come in the order of the documents.
"""

from __future__ import annotations

import re
from array import array
from collections import deque
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from keywords.folding import fold_string
from keywords.hits import Hit, Matched, Text
from keywords.lexicon import Lexicon
from keywords.matcher import Matcher
from keywords.options import DEFAULT, Options
from keywords.segmenters import require

if TYPE_CHECKING:
    from concurrent.futures import Future

# Characters in a chunk, and chunks that each process has waiting.
CHUNK = 200_000
WAITING = 3

# What a document without text counts in a chunk.
_OVERHEAD = 50

# Marks after which a long document may be cut: they end jieba's runs, guards and negations, if no term holds them.
_MARKS = "。！？；\n"


# A part of a document that is searched by itself: the document, where the part starts and where it ends.
Piece = tuple[Text, int, int]
Chunk = list[Piece]


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
    if jobs > 1:
        searched = _in_processes(chunks, jobs, (lexicon, policy, options))
    else:
        search = partial(_search, Matcher(lexicon, policy, options))
        searched = ((chunk, search(_texts(chunk))) for chunk in chunks)
    return _joined(searched, lexicon)


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


def _search(matcher: Matcher, texts: list[str]) -> list[bytes]:
    """Return start, end and term of every hit, text by text, as numbers of four bytes: cheap to hand over."""
    found = map(matcher.spans, texts)
    return [array("I", chain.from_iterable(spans)).tobytes() if spans else b"" for spans in found]


def _joined(searched: Iterable[tuple[Chunk, list[bytes]]], lexicon: Lexicon) -> Iterator[Matched]:
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


def _in_processes(
    chunks: Iterator[Chunk], jobs: int, search: tuple[Lexicon, str, Options]
) -> Iterator[tuple[Chunk, list[bytes]]]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # A fork of this process would inherit the locks of its threads; a server that was started for it has none.
    forks = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if forks else "spawn")
    pool = ProcessPoolExecutor(jobs, context, _begin, search)
    waiting: deque[tuple[Chunk, Future[list[bytes]]]] = deque()
    try:
        for chunk in chunks:
            waiting.append((chunk, pool.submit(_search_here, _texts(chunk))))
            if len(waiting) >= jobs * WAITING:
                yield _first(waiting)
        while waiting:
            yield _first(waiting)
    finally:
        pool.shutdown(cancel_futures=True)


def _first(waiting: deque[tuple[Chunk, Future[list[bytes]]]]) -> tuple[Chunk, list[bytes]]:
    chunk, future = waiting.popleft()
    return chunk, future.result()


_matcher: Matcher


def _begin(lexicon: Lexicon, policy: str, options: Options) -> None:
    """Make the matcher of a process."""
    global _matcher  # noqa: PLW0603 - a process of the pool has nowhere else to keep it
    _matcher = Matcher(lexicon, policy, options)


def _search_here(texts: list[str]) -> list[bytes]:
    return _search(_matcher, texts)
