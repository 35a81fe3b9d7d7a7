"""Sites that are not crawled, and why: read strictly from left_out.yaml beside this module."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from etl.errors import FincityError

FILE = Path(__file__).with_name("left_out.yaml")


class LeftOut(BaseModel):
    """A site as judged on a day. `addresses`: hosts, or hosts with the beginning of a path, where they are known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    addresses: tuple[str, ...] = ()
    judged: date
    reason: Literal["encrypted", "signed", "login", "challenge", "captcha", "terms", "unreachable", "unknown"]
    cause: str = Field(min_length=20)
    #: A source, or what to do, by which the same documents can be had.
    instead: str = ""

    def covers(self, url: str) -> bool:
        """Whether an address lies on the site."""
        place = url.partition("://")[2]
        return any(place == own or place.startswith(f"{own}/") for own in self.addresses)


@cache
def left_out() -> tuple[LeftOut, ...]:
    """All of them, in the order of the file. FincityError where the file is wrong."""
    try:
        rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
        return TypeAdapter(tuple[LeftOut, ...]).validate_python(rows)
    except (yaml.YAMLError, ValidationError) as error:
        raise FincityError(f"{FILE}: {' '.join(str(error).split())[:300]}") from error
