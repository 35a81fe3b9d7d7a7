"""Damage as networks and careless crawlers do it, for the promise that no page breaks a parser."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

_INJECTED = (
    b"<script>alert(1)</script>",
    b"\0",
    b"\xff\xfe",
    b"</table>",
    b"<table><tr><td>",
    "中标人：".encode(),
    b"&#0;",
    b"<!--",
)


def mutated(body: bytes, seed: int) -> bytes:
    """The body with one to four random kinds of damage; the same seed gives the same damage."""
    rng = random.Random(seed)
    for _ in range(rng.randint(1, 4)):
        kind = rng.choice(("truncate", "drop_tags", "flip", "inject", "shuffle", "repeat", "encoding"))
        body = _damaged(body, kind, rng)
    return body


def _damaged(body: bytes, kind: str, rng: random.Random) -> bytes:
    at = rng.randrange(len(body) + 1)
    if kind == "truncate":
        return body[:at]
    if kind == "drop_tags":
        return body.replace(rng.choice((b"<td>", b"</td>", b"<tr>", b"</p>", b"<p>", b"</div>", b"<table>", b'"')), b"")
    if kind == "flip" and body:
        data = bytearray(body)
        for _ in range(rng.randint(1, 30)):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        return bytes(data)
    if kind == "inject":
        return body[:at] + rng.choice(_INJECTED) + body[at:]
    if kind == "shuffle":
        pieces = body.split(b"<")
        rng.shuffle(pieces)
        return b"<".join(pieces)
    if kind == "repeat":
        return body[:at] + body[max(0, at - 500) : at] * 3 + body[at:]
    return body.decode("utf-8", errors="replace").encode("gb18030", errors="replace")


_ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    10**30,
    0.5,
    float("nan"),
    "",
    "x",
    "\ud83d",
    [],
    {},
    [None],
    {"rows": []},
    [[[]]],
)


def mutated_json(body: bytes, seed: int) -> bytes:
    """A JSON answer that still is one, with one to four values of another type, lost, or with their text damaged."""
    rng = random.Random(seed)
    value = [json.loads(body)]
    for _ in range(rng.randint(1, 4)):
        holder, key = rng.choice(list(_places(value)))
        held = holder[key]
        if isinstance(held, str) and rng.random() < 0.7:
            holder[key] = mutated(held.encode(errors="replace"), rng.randrange(10**9)).decode(errors="replace")
        elif isinstance(holder, dict) and rng.random() < 0.3:
            del holder[key]
        else:
            holder[key] = deepcopy(rng.choice(_ODD))
    return json.dumps(value[0]).encode()


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a value, as its container and the key in it."""
    for key in value if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])
