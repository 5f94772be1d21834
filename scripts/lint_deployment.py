"""Let the tools of their trade read what the product is deployed with: the image, the compose file, the manifests.

hadolint reads the Dockerfile and check-jsonschema the compose file, against the Compose Specification. kubectl builds
the base and the overlays, and kubernetes-validate reads what it built, strictly, against the oldest Kubernetes that is
supported and the newest it knows. All come from wheels; neither Docker nor a cluster is needed.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_KUBERNETES = "1.30"  # the first in which a pod can be told to sleep before it stops
NEWEST_KUBERNETES = "1.37"  # the newest that kubernetes-validate has schemas of
MANIFESTS = ("k8s/base", "k8s/overlays/staging", "k8s/overlays/production")


def run(program: str, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run a program of this environment and wait for it."""
    command = [str(Path(sys.executable).with_name(program)), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def complaints(done: "subprocess.CompletedProcess[str]") -> list[str]:
    """Return what a program complained of; its silence counts as consent only where it ended well."""
    said = (done.stdout + done.stderr).strip()
    return [said or f"{Path(done.args[0]).name} ended with {done.returncode}"] if done.returncode or said else []


def read_image(file: Path) -> list[str]:
    """Return what is wrong with the Dockerfile, matters of style included."""
    return complaints(run("hadolint", "--no-color", "--failure-threshold", "style", file))


def read_compose(file: Path) -> list[str]:
    """Return where the compose file departs from the Compose Specification."""
    schema = ("--builtin-schema", "vendor.compose-spec", "--no-cache", "--quiet")
    return complaints(run("check-jsonschema", *schema, file))


def read_manifests(directory: Path) -> list[str]:
    """Return what is wrong with what kustomize makes of a directory."""
    built = run("kubectl", "kustomize", directory)
    if built.returncode or built.stderr or not built.stdout:
        return [built.stderr.strip() or "kustomize made nothing"]
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / f"{directory.name}.yaml"
        file.write_text(built.stdout, encoding="utf-8")
        return read_manifest(file)


def read_manifest(file: Path) -> list[str]:
    """Return what is wrong with the resources in a file, unknown fields and kinds included."""
    strictly = ("--strict", "--quiet", "--kubernetes-version")
    return [
        complaint
        for version in (OLDEST_KUBERNETES, NEWEST_KUBERNETES)
        for complaint in complaints(run("kubernetes-validate", *strictly, version, file))
    ]


READERS: dict[str, Callable[[Path], list[str]]] = {
    "docker/Dockerfile": read_image,
    "docker/compose.yaml": read_compose,
    **dict.fromkeys(MANIFESTS, read_manifests),
    "k8s/administration.yaml": read_manifest,
}


def main(root: Path = ROOT) -> int:
    """Print what is wrong with a checkout's deployment; answer the exit status."""
    found = {name: read(root / name) for name, read in READERS.items()}
    for name, wrong in found.items():
        print("\n".join([f"{name}: {'no complaints' if not wrong else ''}".rstrip(), *wrong]))
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
