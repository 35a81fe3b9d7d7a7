"""What answers the labels: fincity, and the peers, each with the knowledge and the cutoff that suit it best.

Peers get the same organisations with all their aliases and former names. An organisation's city is that of the
register. They are no dependencies of the project: `requirements/bench.lock` holds them, `make bench` installs it.
"""

from __future__ import annotations

import logging
import re
import sys
import warnings
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from rapidfuzz import fuzz, process

from benchmarks.entities.labels import Known, Label, find, folded, known, register
from etl.places import gazetteer
from etl.resolve import resolve
from etl.resolve.banks import listed_banks
from etl.resolve.firms import Entry, Register
from etl.resolve.results import Resolution, city_in


@dataclass(frozen=True, slots=True)
class Guess:
    """An answer to one label, and how sure the method is of its two halves (any scale; the scorer cuts them off)."""

    org: str | None = None
    org_score: float = 0.0
    city: str | None = None
    city_score: float = 0.0
    bank_class: str | None = None
    level: str | None = None


Method = Callable[[Sequence[Label]], list[Guess]]

#: The cosine from which TF-IDF is believed before cpca is asked; near its best on the labels.
SURE = 0.8
_LEGAL = re.compile(r"(?:集团)?(?:股份)?有限(?:责任)?公司|股份公司|[()]")


def core(name: str) -> str:
    """A name without width, spaces, brackets and legal form."""
    return _LEGAL.sub("", folded(name))


def ours(labels: Sequence[Label]) -> list[Guess]:
    """What the program says at its own thresholds; an organisation outside the register counts as none."""
    return [_ours(label) for label in labels]


def _ours(label: Label) -> Guess:
    found = resolve(label.text, label.kind, year=label.year)
    if (found.org_id or "").startswith("bank:"):
        return Guess(_bank(found), 1.0, found.city_code, 1.0, found.bank_class, found.level)
    match = _register().match(label.text) if label.kind in ("firm", "body") else None
    if match is None or match.entry is None:
        return Guess(city=found.city_code, city_score=1.0)
    seat = None if match.branch else city_in(match.entry.city_code, label.year)
    return Guess(match.entry.name, 1.0, seat or found.city_code, 1.0)


def _bank(found: Resolution) -> str | None:
    bank = (found.org_id or "").removeprefix("bank:").partition("/")[0]
    return listed_banks()[bank].name if bank in listed_banks() else find(bank)


@cache
def _register() -> Register:
    """The firms of the labels' register, as the program holds them."""
    firms = (one for one in register() if one.kind == "firm")
    return Register(
        Entry(
            one.name,
            one.name,
            former_names=one.former_names,
            short_names=one.aliases,
            city_code=one.city_code or None,
        )
        for one in firms
    )


@dataclass(frozen=True)
class Forms:
    """All forms of all organisations in one list, and whose each is."""

    texts: list[str]
    of: list[Known]

    def guess(self, index: int, score: float) -> Guess:
        """The organisation of a form, and its city."""
        one = self.of[index]
        return Guess(one.name, score, one.city_code or None, score)


@cache
def forms(*, cored: bool) -> Forms:
    """The forms as they are, or without legal form."""
    pairs = [(core(form) if cored else form, one) for one in known() for form in one.forms]
    return Forms([text for text, _ in pairs], [one for _, one in pairs])


def extract_one(labels: Sequence[Label], scorer: Callable[..., float], cored: bool) -> list[Guess]:
    """Naive: the form most like the name, of all."""
    among = forms(cored=cored)
    texts = [core(label.text) if cored else label.text for label in labels]
    found = (process.extractOne(text, among.texts, scorer=scorer) for text in texts)
    return [among.guess(hit[2], hit[1]) if hit else Guess() for hit in found]


def extract_city(labels: Sequence[Label]) -> list[Guess]:
    """Naive: the name of a city or county most like the text, of all."""
    names = [name for name in gazetteer().names if not name.isascii()]
    guesses = []
    for label in labels:
        hit = process.extractOne(label.text, names, scorer=fuzz.WRatio)
        place = gazetteer().names[hit[0]][0] if hit else None
        guesses.append(Guess(city=_city(place.code, label.year), city_score=hit[1]) if place else Guess())
    return guesses


def tfidf(labels: Sequence[Label]) -> list[Guess]:
    """Cosine of TF-IDF weighted character pairs and triples."""
    import numpy as np
    import sparse_dot_topn
    from sklearn.feature_extraction.text import TfidfVectorizer

    among = forms(cored=True)
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), dtype=np.float32)
    matrix = vectorizer.fit_transform(among.texts)
    asked = vectorizer.transform([core(label.text) for label in labels])
    near = sparse_dot_topn.sp_matmul_topn(asked, matrix.T.tocsr(), top_n=1, threshold=0.05, sort=True)
    found = []
    for start, end in zip(near.indptr[:-1], near.indptr[1:], strict=True):
        found.append(among.guess(near.indices[start], float(near.data[start])) if end > start else Guess())
    return found


def splink(labels: Sequence[Label]) -> list[Guess]:
    """Fellegi-Sunter on the name, its head and its length, blocked on either end of the core; trained on the names."""
    import pandas as pd
    from splink import block_on

    among = forms(cored=True)
    left, right = (_frame(pd, texts) for texts in (among.texts, [core(label.text) for label in labels]))
    linker = _linker(left, right)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("tail"))
    pairs = linker.inference.predict(threshold_match_probability=0.01).as_pandas_dataframe()
    best = pairs.sort_values(["match_probability", "unique_id_l"], ascending=[False, True])
    best = best.drop_duplicates("unique_id_r").set_index("unique_id_r")
    hits = zip(best["unique_id_l"], best["match_probability"], strict=True)
    found = dict(zip(best.index, hits, strict=True))
    return [among.guess(int(hit[0]), float(hit[1])) if (hit := found.get(n)) else Guess() for n in range(len(labels))]


def _frame(pd: Any, texts: list[str]) -> Any:
    head, tail = [text[:3] for text in texts], [text[-6:] for text in texts]
    middle = [text[2:5] for text in texts]
    return pd.DataFrame({"unique_id": range(len(texts)), "core": texts, "head": head, "middle": middle, "tail": tail})


def _linker(left: Any, right: Any) -> Any:
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[cl.JaroWinklerAtThresholds("core", [0.95, 0.9, 0.8]), cl.ExactMatch("head")],
        blocking_rules_to_generate_predictions=[block_on("head"), block_on("middle"), block_on("tail")],
    )
    database = DuckDBAPI()
    return Linker([database.register(left), database.register(right)], settings, log_level=logging.ERROR)


def cpca(labels: Sequence[Label]) -> list[Guess]:
    """Its city of every text; former codes are led to the year's city for it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import cpca as peer

        frame = peer.transform([label.text for label in labels])
    codes = (str(code)[:6] if isinstance(code, str) else "" for code in frame["adcode"])
    return [Guess(city=_city(code, label.year), city_score=1.0) for code, label in zip(codes, labels, strict=True)]


def jionlp(labels: Sequence[Label]) -> list[Guess]:
    """Its city of every text; its names are led to the year's city for it."""
    with redirect_stdout(sys.stderr):  # it greets
        import jionlp as peer

    return [Guess(city=_named(peer.parse_location(label.text), label.year), city_score=1.0) for label in labels]


def _named(found: dict[str, str | None], year: int) -> str | None:
    province = next((p for p in gazetteer().provinces() if p.name == found["province"]), None)
    for name in (found["city"], found["county"]):
        places = gazetteer().find(name, within=province.code) if name and province else []
        if places:
            return _city(places[0].code, year)
    return _city(province.code, year) if province else None


def _city(code: str, year: int) -> str | None:
    """The city of a code of any year, in the year of the label; None for a province."""
    cities = gazetteer().cities_of(code, year) if code else ()
    return cities[0] if len(cities) == 1 else None


def tfidf_then_cpca(labels: Sequence[Label]) -> list[Guess]:
    """Two peers together, each where it is best: the seat of a firm known to TF-IDF, else what cpca reads."""
    pairs = zip(tfidf(labels), cpca(labels), strict=True)
    return [firm if firm.city and firm.city_score >= SURE else address for firm, address in pairs]


#: Name -> (method, whether it answers organisations, whether it answers cities).
METHODS: dict[str, tuple[Method, bool, bool]] = {
    "fincity": (ours, True, True),
    "extractOne WRatio": (partial(extract_one, scorer=fuzz.WRatio, cored=False), True, True),
    "extractOne ratio, legal forms stripped": (partial(extract_one, scorer=fuzz.ratio, cored=True), True, True),
    "extractOne WRatio over names of places": (extract_city, False, True),
    "TF-IDF n-grams": (tfidf, True, True),
    "splink": (splink, True, True),
    "cpca": (cpca, False, True),
    "TF-IDF n-grams, then cpca": (tfidf_then_cpca, False, True),
    "jionlp": (jionlp, False, True),
}
