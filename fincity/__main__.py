"""`python -m fincity` is the command `fincity`."""

import sys

from fincity.cli import main

if __name__ == "__main__":
    sys.exit(main())
