"""Find Chromium for the browser tests, or install it where that can be done without asking: on Debian, as root."""

import os
import platform
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ON_MACOS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def find() -> str | None:
    """Return the path of Chromium: that in CMA_CHROMIUM, or the first one found."""
    given = os.environ.get("CMA_CHROMIUM")
    found = (shutil.which(name) for name in (given, *NAMES, *ON_MACOS) if name)
    return next((path for path in found if path), None)


def can_be_installed() -> bool:
    """Whether this is Debian (Ubuntu's package is a stand-in for a snap) and we are root."""
    try:
        system = platform.freedesktop_os_release()
    except OSError:
        return False
    return system.get("ID") == "debian" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install() -> str | None:
    """Install Debian's package and return the path of Chromium; None if that failed, the reason on the terminal."""
    print("· Installing Chromium for the browser tests (Debian's package, about 400 MB; once)", flush=True)
    surroundings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wanted = ["chromium", "fonts-dejavu-core"]  # without a font a browser draws no text
    for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *wanted]):
        done = subprocess.run(["apt-get", *words], env=surroundings, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"apt-get {words[0]} failed:\n{done.stderr.strip()}", flush=True)
    return find()
