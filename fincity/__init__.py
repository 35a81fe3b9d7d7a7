"""City-year panels of financial technology and innovation for China, every number followed back to its pages.

```python
import fincity

panel = fincity.panel(theme="fintech", years="2019-2024")
print(fincity.explain("深圳市", 2024, "fintech_deals_bought"))
```
What users may rely on is this package and the command line `fincity`; the rooms behind them (crawlers, db, etl, flows,
keywords) may change. Importing it is cheap: every name loads what it needs when it is first used.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fincity.audit.concordance import concordance
    from fincity.merging import merge
    from fincity.own import harmonise
    from fincity.reader.coverage import coverage
    from fincity.reader.explain import explain
    from fincity.reader.network import network
    from fincity.reader.panel import panel
    from fincity.texts import match, resolve

    __version__: str

__all__ = [
    "__version__",
    "concordance",
    "coverage",
    "explain",
    "harmonise",
    "match",
    "merge",
    "network",
    "panel",
    "resolve",
]

_HOMES = {
    "concordance": "fincity.audit.concordance",
    "coverage": "fincity.reader.coverage",
    "explain": "fincity.reader.explain",
    "harmonise": "fincity.own",
    "match": "fincity.texts",
    "merge": "fincity.merging",
    "network": "fincity.reader.network",
    "panel": "fincity.reader.panel",
    "resolve": "fincity.texts",
}
_ROOMS = ("crawlers", "db", "etl", "flows", "keywords")


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used."""
    if name == "__version__":
        from importlib.metadata import version

        return version("fincity")
    if name not in _HOMES:
        raise AttributeError(f"module 'fincity' has no attribute {name!r}; it has {', '.join(__all__)}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def _require_own_rooms() -> None:
    """The rooms have common names: say so at once when another module of that name is found first.

    Raises ImportError naming that module and what to do.
    """
    house = Path(__file__).resolve().parent.parent
    for room in _ROOMS:
        spec = find_spec(room)
        places = [Path(p).resolve().parent for p in (spec.submodule_search_locations or ())] if spec else []
        if house not in places:
            found = (spec.origin if spec else None) or "nothing of that name"
            raise ImportError(
                f"fincity needs its own package {room!r} in {house}, but Python finds {found}: rename that module, "
                "leave its folder, or install fincity into an environment of its own"
            )


_require_own_rooms()
