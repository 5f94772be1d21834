"""The playground in a real Chromium without a network: what a person sees, and what the page asks the server."""

import asyncio
import json
from typing import Any

import pytest
from playwright.async_api import Page, Request, Route, expect

from support.browser import WatchedPage
from support.playground import PlaygroundServer, answer, open_example, run, sign_in

pytestmark = pytest.mark.browser

REFUSED_BY_STATUS = "the server responded with a status of 401"
FORGED = "Bearer forged"
# Resolves when GraphiQL, which waits half a second, has written the operation down.
OPERATION_KEPT = """
    () => new Promise((resolve) => {
        const look = () =>
            JSON.stringify({ ...sessionStorage }).includes("WhoAmI") ? resolve() : setTimeout(look, 20);
        look();
    })
"""
# Resolves when nothing on the page has changed for a moment: axe stumbles over what vanishes under it.
AT_REST = """
    () => new Promise((resolve) => {
        const quiet = () => setTimeout(resolve, 250);
        let timer = quiet();
        new MutationObserver(() => { clearTimeout(timer); timer = quiet(); })
            .observe(document.body, { subtree: true, childList: true, characterData: true });
    })
"""


def is_operation(request: Request, name: str) -> bool:
    """Say whether a request carries this operation."""
    return request.method == "POST" and name in (request.post_data or "")


async def forge_once(page: Page, name: str) -> None:
    """Spoil the token of the next request that carries this operation, as if it had ended."""
    spoilt: list[Request] = []

    async def handle(route: Route) -> None:
        if is_operation(route.request, name) and not spoilt:
            spoilt.append(route.request)
            await route.continue_(headers={**route.request.headers, "authorization": FORGED})
        else:
            await route.continue_()

    await page.route("**/graphql", handle)


async def test_signs_in_and_shows_who_where_and_as_what(
    watched: WatchedPage, playground_server: PlaygroundServer
) -> None:
    page = watched.page
    await sign_in(page, playground_server.advisor)
    await expect(page.get_by_role("status")).to_have_text("Signed in.")
    await expect(page.locator("#centre")).not_to_be_empty()
    await expect(page.locator("#roles")).to_contain_text("advisor")
    await expect(page.get_by_role("form", name="Sign in")).to_be_hidden()
    await expect(page.get_by_role("button", name="Sign out")).to_be_focused()
    await page.get_by_role("button", name="Show Documentation Explorer").click()
    await expect(page.get_by_role("link", name="Mutation", exact=True)).to_be_visible()
    assert watched.operations()[-3:] == ["PlaygroundLogin", "PlaygroundViewer", "IntrospectionQuery"]
    assert (await watched.requests[-1].header_value("authorization") or "").startswith("Bearer ")


async def test_a_wrong_password_is_refused_in_plain_words(
    watched: WatchedPage, playground_server: PlaygroundServer
) -> None:
    page = watched.page
    await page.get_by_label("E-mail").fill(playground_server.advisor.email)
    await page.get_by_label("Password").fill("not the password")
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("password")
    await expect(page.get_by_label("Password")).to_have_value("")
    await expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    assert "PlaygroundViewer" not in watched.operations()


async def test_a_server_that_does_not_answer_is_named_as_the_cause(
    watched: WatchedPage, playground_server: PlaygroundServer
) -> None:
    page = watched.page
    watched.expected.append("net::ERR_FAILED")
    await page.route("**/graphql", lambda route: route.abort())
    await page.get_by_label("E-mail").fill(playground_server.advisor.email)
    await page.get_by_label("Password").fill(playground_server.advisor.password)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("The server does not answer.")


async def test_a_query_shows_its_answer_and_carries_the_token(
    watched: WatchedPage, playground_server: PlaygroundServer
) -> None:
    page = watched.page
    await sign_in(page, playground_server.advisor)
    await open_example(page, "My cases in progress")
    await run(page)
    await expect(answer(page)).to_contain_text('"caseNumber": "CASE-')
    await expect(answer(page)).to_contain_text('"status": "IN_PROGRESS"')
    asked = [request for request in watched.requests if is_operation(request, "CasesInProgress")]
    assert len(asked) == 1
    assert (await asked[0].header_value("authorization") or "").startswith("Bearer ")
    assert await asked[0].header_value("cookie") is None


async def test_a_mutation_changes_a_case_and_says_so_when_its_version_is_stale(
    watched: WatchedPage, playground_server: PlaygroundServer
) -> None:
    page = watched.page
    await sign_in(page, playground_server.advisor)
    await open_example(page, "Put a case on hold")
    await run(page)
    await expect(answer(page)).to_contain_text('"status": "ON_HOLD"')
    await expect(answer(page)).to_contain_text('"errors": []')
    await run(page)
    await expect(answer(page)).to_contain_text('"code": "CONFLICT"')


async def test_an_example_is_filled_with_a_record_that_there_is(
    watched: WatchedPage, playground_server: PlaygroundServer
) -> None:
    page = watched.page
    await sign_in(page, playground_server.advisor)
    await open_example(page, "One record by its id")
    await run(page)
    await expect(answer(page)).to_contain_text('"caseNumber": "CASE-')
    await expect(answer(page)).not_to_contain_text('"errors"')


async def test_the_documentation_explorer_shows_the_schema(
    watched: WatchedPage, playground_server: PlaygroundServer
) -> None:
    page = watched.page
    await sign_in(page, playground_server.advisor)
    await page.get_by_role("button", name="Show Documentation Explorer").click()
    documentation = page.get_by_role("region", name="Documentation Explorer")
    await documentation.get_by_role("link", name="Query", exact=True).click()
    await documentation.get_by_role("link", name="cases", exact=True).click()
    await expect(documentation).to_contain_text("CaseConnection")
    await expect(documentation).to_contain_text("Arguments")


async def test_a_schema_kept_from_strangers_is_shown_after_signing_in(
    watched: WatchedPage, playground_server: PlaygroundServer
) -> None:
    page = watched.page

    async def keep_from_strangers(route: Route) -> None:
        if is_operation(route.request, "IntrospectionQuery") and "authorization" not in route.request.headers:
            await route.fulfill(json={"errors": [{"message": "Sign in to read the schema."}]})
        else:
            await route.continue_()

    await page.route("**/graphql", keep_from_strangers)
    await page.reload()
    await page.get_by_role("button", name="Show Documentation Explorer").click()
    documentation = page.get_by_role("region", name="Documentation Explorer")
    await expect(documentation).to_contain_text("Error fetching schema")
    await sign_in(page, playground_server.advisor)
    await expect(documentation.get_by_role("link", name="Query", exact=True)).to_be_visible()


async def test_a_reload_keeps_the_operations_and_asks_for_the_password_again(
    watched: WatchedPage, playground_server: PlaygroundServer
) -> None:
    page = watched.page
    await sign_in(page, playground_server.advisor)
    await open_example(page, "Who am I here")
    async with asyncio.timeout(5):
        await page.evaluate(OPERATION_KEPT)
    await page.reload()
    await expect(page.get_by_role("tab", name="WhoAmI")).to_be_visible()
    await expect(page.get_by_role("form", name="Sign in")).to_be_visible()


async def test_switching_centre_clears_the_answers_of_the_one_before(
    watched: WatchedPage, playground_server: PlaygroundServer
) -> None:
    page = watched.page
    await sign_in(page, playground_server.advisor)
    await open_example(page, "Who am I here")
    await run(page)
    await expect(answer(page)).to_contain_text('"data"')
    before = await page.locator("#centre").inner_text()
    choice = page.get_by_role("combobox", name="Centre")
    names = await choice.locator("option").all_inner_texts()
    other = next(name for name in names if name not in before)
    await choice.select_option(label=other)
    await page.get_by_role("button", name="Switch").click()
    await expect(page.locator("#centre")).to_have_text(other)
    await expect(answer(page)).not_to_contain_text('"data"')
    await expect(page.get_by_role("tab", name="WhoAmI")).to_be_visible()
    await open_example(page, "Everything that is open")
    await run(page)
    await expect(answer(page)).to_contain_text('"data"')
    tokens = [await request.header_value("authorization") for request in watched.requests]
    assert len({token for token in tokens if token}) == 2


async def test_signing_out_ends_the_sign_in_and_leaves_nothing_behind(
    watched: WatchedPage, playground_server: PlaygroundServer
) -> None:
    page = watched.page
    watched.expected.append(REFUSED_BY_STATUS)
    await sign_in(page, playground_server.advisor)
    await open_example(page, "My cases in progress")
    await run(page)
    await expect(answer(page)).to_contain_text('"caseNumber"')
    kept = await page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    login = next(request for request in watched.requests if is_operation(request, "PlaygroundLogin"))
    response = await login.response()
    assert response is not None
    session: dict[str, Any] = (await response.json())["data"]["login"]["session"]
    assert session["accessToken"] not in kept
    assert session["refreshToken"] not in kept

    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("form", name="Sign in")).to_be_visible()
    await expect(page.get_by_label("E-mail")).to_be_focused()
    await expect(answer(page)).not_to_contain_text('"caseNumber"')
    await expect(page.get_by_role("tab", name="CasesInProgress")).to_have_count(0)
    left = await page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "CasesInProgress" not in left
    assert "caseNumber" not in left
    status = await page.evaluate(
        """async (token) => (await fetch("/graphql", {
            method: "POST",
            headers: {"content-type": "application/json", authorization: `Bearer ${token}`},
            body: JSON.stringify({query: "{ me { roles } }"}),
        })).status""",
        session["accessToken"],
    )
    assert status == 401


async def test_a_token_about_to_end_is_renewed_before_it_is_used(
    watched: WatchedPage, playground_server: PlaygroundServer
) -> None:
    page = watched.page
    await page.clock.install()
    await page.reload()
    await sign_in(page, playground_server.advisor)
    await open_example(page, "Who am I here")
    await page.clock.fast_forward("14:50")
    await run(page)
    await expect(answer(page)).to_contain_text('"data"')
    assert watched.operations()[-2:] == ["PlaygroundRefresh", "WhoAmI"]
    await run(page)
    await expect(answer(page)).to_contain_text('"data"')
    assert watched.operations().count("PlaygroundRefresh") == 1


async def test_a_token_that_the_server_refuses_is_renewed_and_the_request_repeated(
    watched: WatchedPage, playground_server: PlaygroundServer
) -> None:
    page = watched.page
    watched.expected.append(REFUSED_BY_STATUS)
    await sign_in(page, playground_server.advisor)
    await open_example(page, "Who am I here")
    await forge_once(page, "WhoAmI")
    await run(page)
    await expect(answer(page)).to_contain_text('"data"')
    assert watched.operations()[-3:] == ["WhoAmI", "PlaygroundRefresh", "WhoAmI"]


async def test_a_sign_in_that_cannot_be_renewed_ends_and_keeps_what_was_typed(
    watched: WatchedPage, playground_server: PlaygroundServer
) -> None:
    page = watched.page
    watched.expected.append(REFUSED_BY_STATUS)
    await sign_in(page, playground_server.advisor)
    await open_example(page, "Who am I here")

    async def forge(route: Route) -> None:
        body = json.loads(route.request.post_data or "{}")
        if "PlaygroundRefresh" in body["query"]:
            body["variables"]["input"]["refreshToken"] = "forged"
        await route.continue_(headers={**route.request.headers, "authorization": FORGED}, post_data=json.dumps(body))

    await page.route("**/graphql", forge)
    await run(page)
    await expect(page.get_by_role("alert")).to_contain_text("Your sign-in has ended.")
    await expect(page.get_by_role("form", name="Sign in")).to_be_visible()
    await expect(page.get_by_role("tab", name="WhoAmI")).to_be_visible()
    await expect(answer(page)).to_contain_text("Your sign-in has ended.")


async def test_requests_together_renew_a_single_use_token_once(
    watched: WatchedPage, playground_server: PlaygroundServer
) -> None:
    page = watched.page
    watched.expected.append(REFUSED_BY_STATUS)
    script = await page.locator("script[type=module]").get_attribute("src")
    person = playground_server.advisor

    async def forge(route: Route) -> None:
        if route.request.headers.get("x-forge") and "PlaygroundRefresh" not in watched.operations():
            await route.continue_(headers={**route.request.headers, "authorization": FORGED})
        else:
            await route.continue_()

    await page.route("**/graphql", forge)
    statuses = await page.evaluate(
        """async ({ module, email, password }) => {
            const { Session } = await import(module);
            const session = new Session("/graphql");
            await session.signIn(email, password);
            const ask = () => session.fetch("/graphql", {
                method: "POST",
                headers: { "content-type": "application/json", "x-forge": "1" },
                body: JSON.stringify({ query: "query Together { me { roles } }" }),
            });
            const answers = await Promise.all([ask(), ask(), ask()]);
            return answers.map((answer) => answer.status);
        }""",
        {
            "module": f"/{(script or '').replace('playground.js', 'session.js')}",
            "email": person.email,
            "password": person.password,
        },
    )
    assert statuses == [200, 200, 200]
    assert watched.operations().count("PlaygroundRefresh") == 1
    assert watched.operations().count("Together") == 6


async def test_a_header_written_by_hand_stands_instead_of_the_sign_in(
    watched: WatchedPage, playground_server: PlaygroundServer
) -> None:
    page = watched.page
    watched.expected.append(REFUSED_BY_STATUS)
    await sign_in(page, playground_server.advisor)
    await open_example(page, "Who am I here")
    await page.get_by_role("button", name="Headers").click()
    await page.get_by_label("Request headers").fill(json.dumps({"Authorization": FORGED}))
    await run(page)
    await expect(answer(page)).to_contain_text("UNAUTHENTICATED")
    assert watched.operations()[-1] == "WhoAmI"
    assert await watched.requests[-1].header_value("authorization") == FORGED


async def test_examples_of_the_own_roles_come_first(watched: WatchedPage, playground_server: PlaygroundServer) -> None:
    page = watched.page
    groups = page.locator(".examples summary")
    await expect(groups).to_have_count(9)
    await expect(groups.first).to_have_text("Not signed in")
    await sign_in(page, playground_server.trainee)
    await expect(groups.first).to_have_text("Trainee")
    await expect(page.get_by_role("button", name="The cases given to me")).to_be_visible()
    await expect(page.get_by_role("form", name="Switch centre")).to_be_hidden()


async def test_everything_can_be_done_from_the_keyboard(
    watched: WatchedPage, playground_server: PlaygroundServer
) -> None:
    page = watched.page
    keys = page.keyboard
    await page.evaluate("document.activeElement.blur()")
    await keys.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the workbench")).to_be_focused()
    await keys.press("Tab")
    await keys.type(playground_server.advisor.email)
    await keys.press("Tab")
    await keys.type(playground_server.advisor.password)
    await keys.press("Enter")
    await expect(page.locator("#person")).to_have_text(playground_server.advisor.name)
    await page.get_by_role("button", name="Who am I here").first.focus()
    await keys.press("Enter")
    await expect(page.get_by_label("Operation", exact=True)).to_be_focused()
    await keys.press("Control+Enter")
    await expect(answer(page)).to_contain_text('"data"')
    await keys.press("Tab")
    await expect(page.get_by_label("Operation", exact=True)).not_to_be_focused()
    await keys.press("Shift+Tab")
    await expect(page.get_by_label("Operation", exact=True)).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_meets_wcag_aa(
    watched: WatchedPage, playground_server: PlaygroundServer, accessibility_rules: str, scheme: str
) -> None:
    page = watched.page
    # So tall that nothing scrolls: axe scrolls what is out of sight, and the editors then drop lines under its hands.
    await page.set_viewport_size({"width": 1360, "height": 2400})
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    assert await violations(page, accessibility_rules) == []
    await sign_in(page, playground_server.advisor)
    await open_example(page, "My cases in progress")
    await run(page)
    await expect(answer(page)).to_contain_text('"caseNumber"')
    assert await violations(page, accessibility_rules) == []
    await page.get_by_role("button", name="Show Documentation Explorer").click()
    await page.get_by_role("link", name="Query", exact=True).click()
    assert await violations(page, accessibility_rules) == []


async def violations(page: Page, rules: str) -> list[str]:
    """Judge the page by WCAG 2.2 A and AA; two faults of GraphiQL's own structure, which no one is kept out by, aside.

    Its tabs hold two buttons each (nested-interactive), and its editors scroll around a text field that has the focus
    instead of in it (scrollable-region-focusable).
    """
    await page.evaluate(AT_REST)
    await page.evaluate(rules)
    found: list[dict[str, Any]] = await page.evaluate(
        """async () => (await axe.run(document, {
            runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
        })).violations"""
    )
    return [
        f"{violation['id']} {node['html']}"
        for violation in found
        for node in violation["nodes"]
        if not (violation["id"] == "nested-interactive" and 'role="tab"' in node["html"])
        and not (violation["id"] == "scrollable-region-focusable" and "CodeMirror-scroll" in node["html"])
    ]
