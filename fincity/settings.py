"""One settings object: `FINCITY_*` in the environment, then `fincity.toml` in the working folder, then in the home.

```toml
# fincity.toml
home = "/data/fincity"
contact = "fintech-panel@university.example"
database_url = "postgresql+psycopg://user@host/fincity"
jobs = 4
```
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from etl.errors import UsageError

FILE = "fincity.toml"


class Settings(BaseSettings):
    """What can be set, for everybody. Unknown names in a file are refused: a typing error must not pass in silence."""

    model_config = SettingsConfigDict(env_prefix="FINCITY_", env_ignore_empty=True, extra="forbid")

    home: Path | None = Field(None, description="Folder under which everything is written")
    database_url: str | None = Field(None, description="PostgreSQL for warehouse and operational tables")
    archive_url: str | None = Field(None, description="Where the archive lies: any fsspec address")
    contact: str | None = Field(None, description="E-mail or page the crawler names in its user agent")
    jobs: int = Field(
        default_factory=lambda: os.cpu_count() or 1, ge=1, description="Processes for parsing and matching"
    )
    debug: bool = Field(default=False, description="Show tracebacks instead of one line")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the names are pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the files, which come in as plain arguments."""
        return env_settings, init_settings


def load(home: Path | None = None) -> Settings:
    """The settings in force; `home` (from the command line) wins over all of them.

    Raises UsageError, naming file or variable, when a value or a name is wrong.
    """
    here = _from_file(Path(FILE))
    folder = home or os.environ.get("FINCITY_HOME") or here.get("home")
    at_home = _from_file(Path(folder).expanduser() / FILE) if folder else {}
    try:
        settings = Settings(**{**at_home, **here})
    except ValidationError as error:
        raise UsageError(_in_words(error)) from error
    return settings if home is None else settings.model_copy(update={"home": home})


def export(settings: Settings) -> None:
    """Put the settings into the environment, where the rooms below and the crawl processes look for them."""
    for name in ("home", "database_url", "archive_url", "contact"):
        value = getattr(settings, name)
        if value is not None:
            os.environ[f"FINCITY_{name.upper()}"] = str(value)


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def _in_words(error: ValidationError) -> str:
    faults = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
    known = ", ".join(Settings.model_fields)
    return f"settings (FINCITY_* or {FILE}): {'; '.join(faults)}. There are: {known}"
