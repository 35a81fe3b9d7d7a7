"""Answers of portals that speak JSON, read without trust: any value may be missing or of another type than usual.

Shared by the families. A path is dotted (`result.data.total`); a number in it counts into an array.
"""

from __future__ import annotations

import json
import re
from typing import Any

from etl.errors import Quarantined
from etl.parsers import decode
from etl.parsers.blocks import blocked
from etl.records.parsed import Page


def answer(page: Page) -> Any:
    """The JSON value of a page.

    Raises: Quarantined `blocked` for a refusal, in HTML or in JSON; `not_json` for anything else that is no JSON; and
    those of `decode`.
    """
    text = decode(page)
    reason = blocked(page.body, 200)
    if reason:
        raise Quarantined("blocked", f"no answer but a refusal of the kind {reason!r}")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Quarantined("not_json", f"the answer is no JSON ({type(error).__name__})") from error


def at(value: Any, path: str) -> Any:
    """What a path leads to; null where it leads nowhere. The empty path is the value itself."""
    for step in path.split(".") if path else ():
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict):
            value = value.get(step)
        else:
            return None
    return value


def rows(value: Any, path: str) -> list[dict[str, Any]]:
    """The objects of the array a path leads to; an element of another type counts as an empty object, to be reported.

    Raises: Quarantined `not_a_list` where there is no array: a list without its rows is no empty list; `refused` where
    it is empty because the site failed, as it says itself.
    """
    found = at(value, path)
    if not isinstance(found, list):
        raise Quarantined("not_a_list", f"the answer has no array at {path or 'its top'!r}")
    if not found and (failure := _failure(value)):
        raise Quarantined("refused", f"the site answered {failure}")
    return [row if isinstance(row, dict) else {} for row in found]


def text(row: Any, path: str) -> str:
    """The text a path leads to, numbers as digits; empty for anything else. Half characters become U+FFFD."""
    value = at(row, path)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    # An escape such as \ud83d without its other half is legal JSON, and no UTF-8 can hold it.
    return re.sub(r"[\ud800-\udfff]", "\ufffd", str(value)).strip()


def count(value: Any, path: str) -> int | None:
    """The number of items or pages a path states, as number or digits; null for anything else."""
    stated = text(value, path)
    return int(stated) if re.fullmatch(r"[0-9]{1,9}", stated) else None


#: How an answer says that it failed, in its own fields: a code as servers use them, or words. No success begins with
#: these digits, and "no data found" is none of these words.
_CODE = re.compile(r"-\d{1,6}|[45]\d\d")
_WRONG = re.compile(r"异常|错误|出错|失败|超时|\b(?:error|exception|failed|failure|time(?:d )?out)\b", re.IGNORECASE)


def _failure(value: Any) -> str | None:
    """The field by which an answer says that it failed, with its value; an error with status 200 is no empty list."""
    for name in ("code", "status", "errcode", "errCode", "errorCode", "statusCode"):
        if _CODE.fullmatch(said := text(value, name)):
            return f"{name} {said}"
    for name in ("msg", "message", "errmsg", "errMsg", "error"):
        if _WRONG.search(said := text(value, name)):
            return f"{name} {said[:80]!r}"
    return None
