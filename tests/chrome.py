"""A real Chromium that a test can use like a person: open a page, press keys, look at what is there.

It speaks the DevTools protocol over the pipes of `--remote-debugging-pipe`: JSON messages, each ended by a NUL byte.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tests.test_portal_screen import FLAGS

PATIENCE_SECONDS = 30.0


class Tab:
    """One tab, driven through the pipes."""

    def __init__(self, send: int, answers: IO[bytes]) -> None:
        self._send, self._answers = send, answers
        self._number, self._rest, self._session = 0, b"", ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")

    def call(self, method: str, **parameters: Any) -> Any:
        """The answer to a command of the protocol."""
        self._number += 1
        asked: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            asked["sessionId"] = self._session
        os.write(self._send, json.dumps(asked).encode() + b"\0")
        while True:
            said = self._message()
            if said.get("id") == self._number:
                assert "error" not in said, said
                return said["result"]

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            part = self._answers.read(1 << 20)
            assert part, "the browser is gone"
            self._rest += part
        message, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(message))

    def open(self, url: str) -> None:
        """Open a page and wait until its scripts ran."""
        self.call("Page.navigate", url=url)
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    def run(self, script: str) -> Any:
        """What an expression is in the page."""
        said = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    def until(self, script: str) -> None:
        """Wait until an expression holds."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.run(script):
            assert time.monotonic() < deadline, script
            time.sleep(0.02)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            text = {"text": key} if len(key) == 1 else {}
            self.call("Input.dispatchKeyEvent", type="keyDown", key=key, **text)
            self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def picture(self, path: Path) -> None:
        """What is seen of the page, as a PNG file."""
        path.write_bytes(b64decode(self.call("Page.captureScreenshot")["data"]))


@contextmanager
def tab(browser: str, profile: Path, *flags: str) -> Iterator[Tab]:
    """A browser with one tab, and a profile that stays for the next one."""
    (theirs, send), (receive, answers) = os.pipe(), os.pipe()
    kept = [flag for flag in FLAGS if not flag.startswith("--virtual-time-budget")]
    command = [browser, *kept, *flags, f"--user-data-dir={profile}", "--remote-debugging-pipe"]
    # The browser reads from descriptor 3 and writes to 4.
    shell = ["bash", "-c", f'exec "$@" 3<&{theirs} 4>&{answers}', "bash", *command]
    process = subprocess.Popen(shell, pass_fds=(theirs, answers), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(theirs)
    os.close(answers)
    try:
        with os.fdopen(receive, "rb", buffering=0) as said:
            opened = Tab(send, said)
            yield opened
            opened.call("Browser.close")  # kept data reach the disk before it ends
            process.wait(PATIENCE_SECONDS)
    finally:
        os.close(send)
        process.terminate()
        process.wait(PATIENCE_SECONDS)
