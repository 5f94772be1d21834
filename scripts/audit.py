"""Compare the locked requirements with the known vulnerabilities; say loudly what could not be compared.

pip-audit calls a package that its source does not know "skipped" and still ends with "no known vulnerabilities",
which would be a false comfort where only part of the source can be reached: so the packages are counted here.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHIPPED_AND_USED = ("base", "embedded", "build", "lock", "node", "dev")


def audit(report: Path) -> list[dict[str, object]] | None:
    """Return what pip-audit found of each package; None if it could not reach its source at all."""
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    command += ["--format", "json", "--output", str(report)]
    for name in SHIPPED_AND_USED:
        command += ["--requirement", str(ROOT / "requirements" / f"{name}.txt")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not report.exists() or not report.read_text(encoding="utf-8"):
        print((done.stderr or done.stdout).strip().splitlines()[-1])
        return None
    packages: list[dict[str, object]] = json.loads(report.read_text(encoding="utf-8"))["dependencies"]
    return packages


def loudly(words: str) -> None:
    """Print words that nobody overlooks."""
    print("\n".join(["!" * 78, f"!! {words}", "!" * 78]))


def main() -> None:
    """Fail on a known vulnerability; warn of what was not checked."""
    with tempfile.TemporaryDirectory() as directory:
        packages = audit(Path(directory) / "report.json")
    if packages is None:
        loudly("VULNERABILITIES NOT CHECKED: pip-audit could not reach its data.")
        return
    unchecked = [package for package in packages if "skip_reason" in package]
    vulnerable = [package for package in packages if package.get("vulns")]
    if unchecked:
        loudly(
            f"VULNERABILITIES NOT CHECKED for {len(unchecked)} of {len(packages)} packages: their data is out of reach."
        )
    for package in vulnerable:
        print(f"{package['name']} {package['version']}: {json.dumps(package['vulns'], indent=1)}")
    print(f"pip-audit: {len(packages) - len(unchecked)} packages checked, {len(vulnerable)} vulnerable")
    sys.exit(1 if vulnerable else 0)


if __name__ == "__main__":
    main()
