"""The command line: `fincity COMMAND`. One module a group of commands, each command one function.

Commands import what they need when they run, so that `fincity --help` is quick and reading a panel needs neither a
database nor a scheduler. A group has a function `register(app)`; `fincity.cli.app` calls them in the order of the help.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code (0 done, 1 failed, 2 bad usage, 3 a bound was broken)."""
    from fincity.cli.errors import INTERRUPTED, guarded

    def run() -> None:
        from fincity.cli.app import build

        app = build()
        try:
            code = app(args=arguments, prog_name="fincity", standalone_mode=False)
        except Exception as error:
            if type(error).__name__ != "NoArgsIsHelpError":
                raise
            error.show()  # type: ignore[attr-defined]
            sys.exit(2)
        if code == INTERRUPTED:
            raise KeyboardInterrupt
        sys.exit(code)

    sys.exit(guarded(run))
