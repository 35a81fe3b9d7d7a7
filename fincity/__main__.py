"""`python -m fincity`: the command line."""

from fincity.cli import main

main()
