"""The project's errors: few, typed, each ending in one clear line for the user.

`FincityError` carries the exit code of the command line: 1 failed, 2 bad usage, 3 a bound or a check was broken.
`Quarantined` never reaches a user as an error: it moves one input to the quarantine, with its reason, and work goes on.
"""

from __future__ import annotations


class FincityError(Exception):
    """Something failed; the message names the file, row or field and what to do about it."""

    exit_code = 1


class UsageError(FincityError):
    """The call itself is wrong: unknown name, missing file, reversed years, a real home given to the demo."""

    exit_code = 2


class BoundBroken(FincityError):
    """The work was finished and saved, but a declared bound or a check was broken."""

    exit_code = 3


class Quarantined(Exception):
    """One input cannot be turned into a record.

    `reason` is a short stable code (snake_case, counted in reports); `detail` says it to a person.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
