/** Sets the page going: the bar with the sign-in above, GraphiQL below. */

import { Session } from "./session.js";
import { mountWorkbench } from "./workbench.js";

const endpoint = location.pathname;
const session = new Session(endpoint);

const part = (id) => document.getElementById(id);
const signIn = part("sign-in");
const centreSwitch = part("centre-switch");

const ROLE_WORDS = new Map([
  ["ADVISOR", "advisor"],
  ["TRAINEE", "trainee"],
  ["CENTRE_MANAGER", "centre manager"],
  ["COMPLIANCE_OFFICER", "compliance officer"],
  ["AUDITOR", "auditor"],
  ["SYSTEM_ADMIN", "system administrator"],
  ["NETWORK_ADMIN", "network administrator"],
  ["CLIENT", "client"],
]);

const PLATFORM_ROLES = new Set(["SYSTEM_ADMIN", "NETWORK_ADMIN"]);

function say(words) {
  part("status").textContent = words;
  part("refusal").textContent = "";
}

function complain(words) {
  part("status").textContent = "";
  part("refusal").textContent = words;
}

/** Runs one act of the bar: its buttons rest meanwhile, and a refusal is shown in plain words. */
async function act(form, doing, deed) {
  const buttons = form.querySelectorAll("button");
  buttons.forEach((button) => (button.disabled = true));
  say(doing);
  try {
    say(await deed());
  } catch (error) {
    complain(error.message);
  } finally {
    buttons.forEach((button) => (button.disabled = false));
  }
}

function showViewer() {
  const { viewer } = session;
  signIn.hidden = viewer !== null;
  part("signed-in").hidden = viewer === null;
  part("person").textContent = viewer === null ? "" : `${viewer.user.firstName} ${viewer.user.lastName}`;
  part("centre").textContent = viewer?.centre ? titled(viewer.centre) : "";
  part("roles").textContent = (viewer?.roles ?? []).map((role) => ROLE_WORDS.get(role) ?? role).join(", ");
  const memberships = viewer?.centres ?? [];
  centreSwitch.hidden = memberships.length < 2;
  centreSwitch.elements.centre.replaceChildren(
    ...memberships.map((each) => new Option(titled(each.centre), each.centre.id, false, isPresent(each, viewer))),
  );
}

const titled = ({ name, code }) => `${name} (${code})`;

/** Whether this is where the viewer works now; the platform is among the centres one may switch to, but is none. */
function isPresent({ centre, roles }, viewer) {
  return viewer.centre === null ? roles.some((role) => PLATFORM_ROLES.has(role)) : centre.id === viewer.centre.id;
}

signIn.addEventListener("submit", (event) => {
  event.preventDefault();
  const { email, password } = signIn.elements;
  act(signIn, "Signing in …", async () => {
    await session.signIn(email.value, password.value);
    part("sign-out").focus();
    return "Signed in.";
  }).finally(() => {
    password.value = "";
  });
});

centreSwitch.addEventListener("submit", (event) => {
  event.preventDefault();
  act(centreSwitch, "Switching …", async () => {
    await session.switchCentre(centreSwitch.elements.centre.value);
    return `You now work in ${session.viewer.centre?.name ?? "the platform"}. Answers from before are cleared.`;
  });
});

part("sign-out").addEventListener("click", () => {
  act(part("signed-in"), "Signing out …", async () => {
    try {
      await session.signOut();
    } finally {
      signIn.elements.email.focus();
    }
    return "Signed out. What you typed and read here is cleared.";
  });
});

session.addEventListener("change", showViewer);
session.addEventListener("end", () => {
  showViewer();
  complain("Your sign-in has ended. Sign in again to go on; your operations are still here.");
});
showViewer();

const examples = await fetch(new URL("examples.json", import.meta.url)).then((response) => response.json());
mountWorkbench({ element: part("workbench"), endpoint, session, examples, say });
