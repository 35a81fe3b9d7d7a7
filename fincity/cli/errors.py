"""Every way a command can end, as one line on stderr and an exit code."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from etl.errors import FincityError, UsageError

INTERRUPTED = 130
_MISSING = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


def guarded(run: Callable[[], None]) -> int:
    """Run a command and return its exit code; with FINCITY_DEBUG=1 errors keep their traceback."""
    try:
        run()
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    except KeyboardInterrupt:
        return _say("interrupted", INTERRUPTED)
    except Exception as error:
        if os.environ.get("FINCITY_DEBUG") == "1":
            raise
        return _say(*_in_one_line(error))
    return 0


def _say(message: str, code: int) -> int:
    print(f"fincity: {' '.join(message.split())}", file=sys.stderr)  # noqa: T201
    return code


def _in_one_line(error: Exception) -> tuple[str, int]:
    if isinstance(error, FincityError):
        return str(error), error.exit_code
    if hasattr(error, "format_message"):
        return _of_the_call(error)
    if isinstance(error, OSError):
        return _of_the_system(error)
    if isinstance(error, ModuleNotFoundError) and error.name:
        return _of_an_extra(error.name)
    return f"unexpected {type(error).__name__}: {error} (details: {_log(error)})", FincityError.exit_code


def _of_the_call(error: Any) -> tuple[str, int]:
    """A wrong flag or argument, in the words of the parser of the command line and with the way to the help."""
    context = getattr(error, "ctx", None)
    where = f": see `{context.command_path} --help`" if context else ""
    return f"{error.format_message().rstrip('.')}{where}", error.exit_code


def _of_the_system(error: OSError) -> tuple[str, int]:
    where = f"{error.filename}: " if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{where}the disk is full; nothing was left half written: free some space and run again", 1
    code = UsageError.exit_code if isinstance(error, _MISSING) else FincityError.exit_code
    return f"{where}{error.strerror or error}", code


def _of_an_extra(module: str) -> tuple[str, int]:
    from fincity.diagnosis import EXTRAS

    extra = next((extra for extra, modules in EXTRAS.items() if module.partition(".")[0] in modules), None)
    wanted = f"fincity[{extra}]" if extra else "fincity"
    return f"this needs the module {module}, which is not installed: pip install '{wanted}'", UsageError.exit_code


def _log(error: Exception) -> str:
    """Keep the traceback of an error nobody foresaw, and say where."""
    home = os.environ.get("FINCITY_HOME")
    reports = Path(home) / "reports" if home else None
    folder = reports if reports and reports.is_dir() else Path(tempfile.gettempdir())
    path = folder / f"fincity-error-{os.getpid()}.log"
    try:
        path.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError:
        return "set FINCITY_DEBUG=1 to see them"
    return str(path)
