"""Recipes: short hashes of everything a derived row was made from, so that a refresh knows what is stale."""

from __future__ import annotations

import hashlib
import json


def canonical(value: object) -> str:
    """JSON with sorted keys and no spaces: equal values, equal text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def recipe(*inputs: object) -> str:
    """A short hash of everything a row was made from."""
    return hashlib.sha256(canonical(inputs).encode()).hexdigest()[:24]
