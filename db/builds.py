"""What the warehouse was made from: a recipe beside the tables, so that what would come out the same is not made again.

Whatever writes to a table forgets it, in the same transaction (`db.upsert`); who made all of them says it at the end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from db.schema import BUILD


def forget(conn: Connection) -> None:
    """The tables are being changed."""
    conn.execute(delete(BUILD))


def remember(conn: Connection, name: str, recipe: str, said: Mapping[str, Any]) -> None:
    """What is there now of this name (`tables`, `release`) was made from `recipe`; `said`: what to know of it again."""
    conn.execute(delete(BUILD).where(BUILD.c.name == name))
    conn.execute(insert(BUILD), {"name": name, "recipe": recipe, "said": json.dumps(said, ensure_ascii=False)})


def recipe_of(conn: Connection, name: str) -> str | None:
    """The recipe of what is there; None when nobody can say."""
    found: str | None = conn.execute(select(BUILD.c.recipe).where(BUILD.c.name == name)).scalar_one_or_none()
    return found


def recall(conn: Connection, name: str, recipe: str) -> dict[str, Any] | None:
    """What is known of it, if it was made from this very recipe."""
    asked = select(BUILD.c.said).where(BUILD.c.name == name, BUILD.c.recipe == recipe)
    said: str | None = conn.execute(asked).scalar_one_or_none()
    return None if said is None else dict(json.loads(said))
