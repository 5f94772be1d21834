"""Words for what a person does in the playground, and who they are."""

from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect


@dataclass(frozen=True)
class Person:
    """Someone who can sign in."""

    email: str
    password: str
    name: str


@dataclass(frozen=True)
class PlaygroundServer:
    """A running server that shows the playground, and two people of it.

    The advisor belongs to two centres, sees cases in progress in each, and may put them on hold; the trainee belongs
    to one.
    """

    origin: str
    advisor: Person
    trainee: Person

    @property
    def address(self) -> str:
        """Where a browser opens the playground."""
        return f"{self.origin}/graphql"


async def sign_in(page: Page, person: Person) -> None:
    """Sign in through the form, and wait until the bar shows who it is."""
    await page.get_by_label("E-mail").fill(person.email)
    await page.get_by_label("Password").fill(person.password)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.locator("#person")).to_have_text(person.name)


async def open_example(page: Page, title: str) -> None:
    """Open an example operation in a tab of its own, and wait until it can be run."""
    await page.get_by_role("button", name=title, exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text(f"Opened “{title}” in a new tab.")


async def run(page: Page) -> None:
    """Run the operation in sight."""
    await page.get_by_role("button", name="Execute query (Ctrl-Enter)").click()


def answer(page: Page) -> Locator:
    """Return the place where answers are shown."""
    return page.get_by_role("region", name="Result Window")
