"""What `fincity demo` does, with the seconds of its stages as the last line of output, in JSON.

python -m benchmarks.staged HOME small|full
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.stages import Clock
from fincity.demo.corpus import SIZES
from fincity.demo.run import run
from fincity.demo.show import show


def main() -> None:
    """Run the demo named on the command line."""
    home, size = sys.argv[1:]
    clock = Clock()
    done = run(Path(home), next(known for known in SIZES if known == size), jobs=2, progress=clock)
    clock("show", 0, None)
    show(done)
    print(json.dumps(clock.groups()))


if __name__ == "__main__":
    main()
