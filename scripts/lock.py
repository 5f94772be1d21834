"""Pin every dependency of pyproject.toml in requirements/, with hashes, for every Python and system at once.

Run by `make lock`. Pins that still fit are kept; `make lock ARGS=--upgrade` takes the newest of all. Each file holds
one set; a later set agrees with the earlier ones, so that all of them fit into one environment.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# Made by `make lock` from pyproject.toml: {source}\n"


def sources() -> dict[str, tuple[str, list[str]]]:
    """Return, for each set, where pyproject.toml holds it and what it asks for; in the order of locking."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    sets = {"base": ("project.dependencies", declared["project"]["dependencies"])}
    for name, wanted in declared["project"]["optional-dependencies"].items():
        sets[name] = (f"project.optional-dependencies.{name}", wanted)
    for name, wanted in declared["dependency-groups"].items():
        sets[name] = (f"dependency-groups.{name}", wanted)
    return sets


def lock(name: str, source: str, wanted: list[str], agree_with: list[Path], options: list[str]) -> Path:
    """Write the file of one set and return its path."""
    file = ROOT / "requirements" / f"{name}.txt"
    print(f"· {file.relative_to(ROOT)}", flush=True)
    command = [str(ROOT / ".venv" / "bin" / "uv"), "--no-config", "--quiet", "pip", "compile", "-"]
    command += ["--universal", "--python-version=3.11", "--generate-hashes", f"--output-file={file}"]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    command += [f"--constraints={other}" for other in agree_with]
    if subprocess.run([*command, *options], input="\n".join(wanted), text=True, cwd=ROOT, check=False).returncode:
        sys.exit(f"{name} could not be locked; the reason stands above.")
    pins = file.read_text(encoding="utf-8")
    if "://" in pins or "--index" in pins:
        sys.exit(f"{file} holds an address; it may hold names, versions and hashes only.")
    file.write_text(HEADER.format(source=source) + pins, encoding="utf-8")
    return file


def main() -> None:
    """Lock every set; options (--upgrade, --upgrade-package=…) are handed to uv."""
    done: list[Path] = []
    for name, (source, wanted) in sources().items():
        done.append(lock(name, source, wanted, done, sys.argv[1:]))


if __name__ == "__main__":
    main()
