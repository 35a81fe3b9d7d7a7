"""Sources: one YAML each in `crawlers/sources/`, read strictly into a typed `Source`.

What a source is (who publishes, where, since when), which of its lists are walked (scopes), how often it speaks, how
politely it is asked, and what of it is out of scope. Everything that depends on the portal's software is in its family.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from crawlers import families
from etl import parsers, walks
from etl.errors import FincityError, UsageError
from etl.recipes import canonical
from etl.records import SourceFacts

FOLDER = Path(__file__).with_name("sources")
#: Names of sources and of their files.
ID = re.compile(r"[a-z][a-z0-9_]*")
#: Seconds between two requests to a real site; no source may ask faster.
MINIMUM_DELAY = 3.0
Kind = Literal[
    "tender",
    "prequalification",
    "supplier_call",
    "single_source",
    "change",
    "candidate",
    "result",
    "failed",
    "contract",
    "policy",
    "report",
    "other",
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Scope(_Strict):
    """One list of a source: its name, the kind of documents expected there (a prior only), the family's parameters."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: Kind
    params: dict[str, Any] = {}
    #: Items a day in recent times, where somebody counted; `plan` uses it.
    per_day: float | None = Field(default=None, gt=0)


class Rule(_Strict):
    """Listed items that are out of scope: of one of these kinds, and with a title that matches."""

    rule: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kinds: tuple[str, ...] = ()
    title_regex: str | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Rule:
        if not self.kinds and not self.title_regex:
            raise ValueError("give kinds or title_regex")
        if self.title_regex:
            try:
                re.compile(self.title_regex)
            except re.error as error:
                raise ValueError(f"title_regex is no regular expression: {error}") from error
        return self


class Bounds(_Strict):
    """Items a month: fewer than `min` fails a check, more than `max` warns."""

    min: int | None = Field(default=None, ge=0)
    max: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _leaves_room(self) -> Bounds:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}")
        return self


class Source(_Strict):
    """A source as its YAML declares it."""

    id: str = Field(pattern=f"^{ID.pattern}$")
    title: str
    publisher: str
    family: str
    homepage: str
    #: Hosts that may be asked; everything else, redirects included, is refused.
    hosts: tuple[str, ...] = Field(min_length=1)
    #: What is leased and paced as one; sources on the same machines share it.
    site: str
    start: date
    ended: date | None = None
    #: Six-digit codes of provinces or cities; empty: the whole country.
    area: tuple[str, ...] = ()
    scopes: tuple[Scope, ...] = Field(min_length=1)
    #: Items a day in all its lists together, where somebody counted them so; `plan` uses it.
    per_day: float | None = Field(default=None, gt=0)
    #: What is known of how much it publishes, where neither `max_silent_days` nor `bounds` nor a scope says it.
    rhythm: str = ""
    max_silent_days: int | None = Field(default=None, ge=1)
    bounds: Bounds = Bounds()
    encoding: str = "utf-8"
    delay_seconds: float = Field(default=MINIMUM_DELAY, ge=0)
    concurrency: int = Field(default=1, ge=1, le=64)
    #: Seconds until an unanswered request is given up.
    timeout_seconds: float = Field(default=60, gt=0, le=600)
    paging: Literal["window", "newest_first"]
    page_size: int = Field(ge=1, le=1000)
    #: Length of a window; absent: calendar months.
    window_days: int | None = Field(default=None, ge=1)
    cap: int | None = Field(default=None, ge=1)
    #: What is known of its robots.txt, and of its terms of use.
    robots: str
    licence: str
    verified: Literal["never"] | date = "never"
    synthetic: bool = False
    out_of_scope: tuple[Rule, ...] = ()
    headers: dict[str, str] = {}
    #: How the family asks this site: addresses of its lists and pages, names of fields.
    params: dict[str, Any] = {}
    #: How the family reads its pages: selectors, names of fields, spelling of dates.
    reading: dict[str, Any] = {}
    selection: str = "all"
    #: Days for which items may still appear late or be changed (`etl.walks`).
    overlap_days: int = Field(default=7, ge=0, le=400)
    #: Hours for which a site that blocked us is left alone; doubled with every block in a row.
    cooldown_hours: float = Field(default=6, ge=0)
    #: Whether the server only speaks TLS with the old renegotiation; certificates are checked all the same.
    legacy_tls: bool = False

    @field_validator("area")
    @classmethod
    def _codes(cls, area: tuple[str, ...]) -> tuple[str, ...]:
        for code in area:
            if not re.fullmatch(r"\d{6}", code):
                raise ValueError(f"{code!r} is no six-digit code (quote it, codes are text)")
        return area

    @model_validator(mode="after")
    def _consistent(self) -> Source:
        if not self.synthetic and self.delay_seconds < MINIMUM_DELAY:
            raise ValueError(f"delay_seconds: real sites are asked at most every {MINIMUM_DELAY:g} seconds")
        if not self.synthetic and not self.cooldown_hours:
            raise ValueError("cooldown_hours: a real site that blocks us must be left alone for a while")
        if not self.synthetic and self.concurrency != 1:
            raise ValueError("concurrency: real sites get one request at a time")
        names = [scope.name for scope in self.scopes]
        if len(set(names)) != len(names):
            raise ValueError("scopes: two scopes have the same name")
        for address in (self.homepage, *(v for k, v in self.params.items() if k.endswith("_url"))):
            if urlsplit(str(address)).hostname not in self.hosts:
                raise ValueError(f"hosts: {address} is on none of the allowed hosts")
        for host in self.hosts:
            if host.endswith(".invalid") != self.synthetic:
                raise ValueError(f"hosts: {host}: synthetic sources live under .invalid, and only they")
        return self

    @model_validator(mode="after")
    def _suits_its_family(self) -> Source:
        if self.family not in families.NAMES:
            raise ValueError(f"family: no portal family {self.family!r}; there are {', '.join(families.NAMES)}")
        walker, parser = families.family(self.family), parsers.family(self.family)
        _check(walker, "Asking", self.params, "params")
        _check(parser, "Reading", self.reading, "reading")
        for scope in self.scopes:
            _check(walker, "ScopeAsking", scope.params, f"scopes.{scope.name}.params")
        return self

    @property
    def facts(self) -> SourceFacts:
        """What panels must know of it."""
        rules = ((r.rule, json.dumps(r.model_dump(exclude={"rule"}), ensure_ascii=False)) for r in self.out_of_scope)
        return SourceFacts(
            source=self.id,
            family=self.family,
            title=self.title,
            synthetic=self.synthetic,
            area=self.area,
            scopes=tuple((s.name, s.kind) for s in self.scopes),
            start=self.start.isoformat(),
            max_silent_days=self.max_silent_days,
            cap=self.cap,
            paging=self.paging,
            out_of_scope=tuple(rules),
            licence=self.licence,
            selection=self.selection,
            ended=self.ended.isoformat() if self.ended else None,
            reading=canonical(self.reading),
            encoding=self.encoding,
            overlap_days=self.overlap_days,
            month_min=self.bounds.min,
            month_max=self.bounds.max,
        )

    def windows(self, since: date, until: date) -> Iterator[str]:
        """The windows by which these days are walked; one walk down from the newest item serves all days."""
        if since <= until and self.paging == "newest_first":
            yield walks.window_of(since, until)
        elif since <= until:
            yield from walks.calendar(since, until, self.window_days)

    def covers(self, code: str) -> bool:
        """Whether it is a source of this province or city, or of one in the other; 000000: of the whole country."""
        if code == "000000":
            return not self.area
        same = (code, f"{code[:2]}0000")
        return any(own in same or (code == f"{own[:2]}0000") for own in self.area)

    def scope(self, name: str) -> Scope:
        """The scope of that name; UsageError when the source has none."""
        for scope in self.scopes:
            if scope.name == name:
                return scope
        raise UsageError(f"source {self.id} has no scope {name!r}; it has {', '.join(s.name for s in self.scopes)}")


def _check(module: object, model: str, given: dict[str, Any], where: str) -> None:
    """Whether parameters are those the family knows; a family without the model takes any."""
    known: type[BaseModel] | None = getattr(module, model, None)
    if known is None:
        return
    try:
        known.model_validate(given)
    except ValidationError as error:
        raise ValueError(f"{where}: {_first(error)}") from error


class UniqueKeys(yaml.SafeLoader):
    """YAML that does not let a second `start:` silently win over the first."""


def _mapping(loader: UniqueKeys, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    for key in keys:
        if keys.count(key) > 1:
            raise yaml.constructor.ConstructorError(None, None, f"field {key!r} is given twice", node.start_mark)
    return dict(zip(keys, (loader.construct_object(v, deep=True) for _, v in node.value), strict=True))


UniqueKeys.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read(path: Path) -> Source:
    """A source from its file. FincityError names the file, the field and what is wrong with it."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=UniqueKeys)  # noqa: S506 - a SafeLoader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise FincityError(f"{path}: cannot be read as YAML: {' '.join(str(error).split())}") from error
    if not isinstance(data, dict) or data.get("id") != path.stem:
        raise FincityError(f"{path}: field id must be {path.stem!r}, the name of the file")
    try:
        return Source.model_validate(data)
    except ValidationError as error:
        raise FincityError(f"{path}: {_first(error)}; crawlers/sources.py lists the fields") from error


def _first(error: ValidationError) -> str:
    problem = error.errors()[0]
    field = ".".join(str(part) for part in problem["loc"])
    message = problem["msg"].removeprefix("Value error, ")
    return f"field {field}: {message}" if field else message


def find(name: str) -> Source:
    """The source of that id, or of that YAML file; errors as `load` and `read`."""
    return read(Path(name)) if name.endswith(".yaml") else load(name)


@cache
def load(source_id: str) -> Source:
    """The source of that id; UsageError when there is none."""
    path = FOLDER / f"{source_id}.yaml"
    if not ID.fullmatch(source_id) or not path.is_file():
        known = ", ".join(p.stem for p in sorted(FOLDER.glob("*.yaml")))
        raise UsageError(f"no source {source_id!r}; there are {known}")
    return read(path)


def all_sources() -> tuple[Source, ...]:
    """All sources, ordered by id."""
    return tuple(load(path.stem) for path in sorted(FOLDER.glob("*.yaml")))
