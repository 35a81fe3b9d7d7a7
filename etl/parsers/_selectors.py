"""CSS selectors and patterns in a source's YAML: checked when the YAML is read, not when a page is."""

from __future__ import annotations

import re
from typing import Annotated

import soupsieve
from pydantic import AfterValidator


def _selector(text: str) -> str:
    try:
        soupsieve.compile(text)
    except soupsieve.SelectorSyntaxError as error:
        raise ValueError(f"{text!r} is no CSS selector: {str(error).splitlines()[0]}") from error
    return text


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from error
    return text


def _group(text: str) -> str:
    if re.compile(text).groups != 1:
        raise ValueError(f"{text!r} must have one group")
    return text


Selector = Annotated[str, AfterValidator(_selector)]
Pattern = Annotated[str, AfterValidator(_pattern)]
#: A pattern whose one group is what is looked for.
Group = Annotated[Pattern, AfterValidator(_group)]
