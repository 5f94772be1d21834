"""Take the README's picture of the playground from a running server: sign in, run an example, and look.

Needs the development requirements and Chromium. The address and a sign-in are those that `make run` prints:
    .venv/bin/python scripts/picture_playground.py --email … --password …
"""

import argparse
import sys
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

import chromium

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "images" / "playground.png"
SIZE = (1360, 820)


def act(page: Page, *, email: str, password: str, example: str) -> None:
    """Bring the page into the state that the picture shows."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name=example, exact=True).first.click()
    expect(page.get_by_role("status")).to_contain_text("in a new tab")
    page.get_by_role("button", name="Execute query (Ctrl-Enter)").click()
    expect(page.get_by_role("region", name="Result Window")).to_contain_text('"data"')
    # the ring around what has the focus, and the hint beside what lies under the mouse, belong to nobody's reading
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(SIZE[0] - 1, SIZE[1] - 1)
    expect(page.get_by_role("tooltip")).to_have_count(0)


def main() -> int:
    """Take the picture and say where it lies."""
    parser = argparse.ArgumentParser(description="Take a picture of the playground of a running server.")
    parser.add_argument("--address", default="http://127.0.0.1:8000/graphql")
    parser.add_argument("--email", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--example", default="My cases in progress", help="the title of the operation to show")
    parser.add_argument("--picture", type=Path, default=PICTURE)
    options = parser.parse_args()
    browser_path = chromium.find()
    if browser_path is None:
        sys.exit("There is no Chromium here: install it, or set CMA_CHROMIUM to its path.")
    options.picture.parent.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]}, reduced_motion="reduce")
        page.goto(options.address)
        act(page, email=options.email, password=options.password, example=options.example)
        page.screenshot(path=options.picture)
        browser.close()
    print(f"The picture lies in {options.picture}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
