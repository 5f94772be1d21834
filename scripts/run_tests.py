"""Run the tests: all of them on every core with branch coverage, or the part that the arguments (pytest's) name.

The path of Chromium is handed to the tests in CMA_CHROMIUM. Where there is none the browser tests are left out and
named, unless CMA_REQUIRE_BROWSER=1, which makes that a failure.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import chromium

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest"]
WHOLE_SUITE = ["-n", "logical", "--dist", "worksteal", "--cov", "--cov-report", "term-missing:skip-covered"]


def browser_tests_chosen(arguments: list[str]) -> bool:
    """Whether there is a browser test among those that pytest would run with these arguments."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("-m", default="")
    own, others = parser.parse_known_args(arguments)
    marked = f"({own.m}) and browser" if own.m else "browser"
    collect = [*PYTEST, "--collect-only", "-q", "-p", "no:randomly", "-m", marked, *others]
    surroundings = {**os.environ, "CMA_CHROMIUM": "chromium"}  # without it they would not be collected
    return subprocess.run(collect, cwd=ROOT, env=surroundings, capture_output=True, check=False).returncode == 0


def main() -> None:
    """Find or install Chromium, then become pytest."""
    arguments = sys.argv[1:]
    browser = chromium.find()
    if browser is None and chromium.can_be_installed() and browser_tests_chosen(arguments):
        browser = chromium.install()
    if browser is None and os.environ.get("CMA_REQUIRE_BROWSER") == "1":
        sys.exit(
            "The browser tests must run here, and there is no Chromium: install it, or set CMA_CHROMIUM to its path."
        )
    if browser is not None:
        os.environ["CMA_CHROMIUM"] = browser
    os.chdir(ROOT)
    command = [*PYTEST, *(arguments or WHOLE_SUITE)]
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
