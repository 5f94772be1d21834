"""Runs the command line: `python -m cma_graphql`."""

import sys

from cma_graphql.cli import main

if __name__ == "__main__":
    sys.exit(main())
