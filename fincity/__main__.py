"""`python -m fincity` is the command `fincity`."""

from fincity.cli import main

if __name__ == "__main__":
    main()
