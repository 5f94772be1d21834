/** The panel of example operations, grouped by the role that has use of them. */

const { createElement: h, useEffect, useRef, useState } = window.React;
const { GraphiQL } = window;

/** The groups to show, those of the viewer's own roles first and open. */
function arranged(examples, viewer) {
  const roles = viewer === null ? ["ANONYMOUS"] : viewer.roles;
  const groups = examples.map((group) => ({ ...group, own: roles.includes(group.role) }));
  return [...groups.filter((group) => group.own), ...groups.filter((group) => !group.own)];
}

const along = (value, steps) => steps.reduce((inner, name) => inner?.[name], value);

/** The variables with each `{today+14}` as that date, so that an example does not grow stale. */
const dated = (variables) =>
  JSON.parse(
    JSON.stringify(variables ?? {}).replace(/\{today\+(\d+)\}/g, (_, days) =>
      new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10),
    ),
  );

/**
 * The example's variables. Those that name a record are taken from `lookUp`, a query asked now, so that the operation
 * can be run as it stands; where it finds nothing, or may not ask, the placeholders of the example stay.
 */
async function filledVariables(example, session) {
  const variables = dated(example.variables);
  if (!example.lookUp || session.viewer === null) {
    return { variables, filled: !example.lookUp };
  }
  const found = await session.query(example.lookUp.operation.join("\n"), example.lookUp.variables);
  let filled = true;
  for (const [name, path] of Object.entries(example.lookUp.fill)) {
    const value = along(found, path.split("."));
    const steps = name.split(".");
    const last = steps.pop();
    if (value === undefined || value === null) {
      filled = false;
    } else {
      along(variables, steps)[last] = value;
    }
  }
  return { variables, filled };
}

function Panel({ examples, session, say }) {
  const { addTab, tabs, updateActiveTabValues, queryEditor, variableEditor } = GraphiQL.React.useEditorContext();
  const [busy, setBusy] = useState(false);
  const prepared = useRef(null);
  const ready = queryEditor && variableEditor && !busy; // GraphiQL makes its editors a moment after it is shown

  const open = async (example) => {
    setBusy(true);
    try {
      prepared.current = { example, ...(await filledVariables(example, session)) };
      setTimeout(addTab); // out of the click, as React would else take it before changes that wait, and then again
    } catch (error) {
      say(`“${example.title}” could not be prepared: ${error.message}`);
      setBusy(false);
    }
  };

  // The new tab is written into when it is there, not before: GraphiQL fills the editors while React works the
  // change out, which it may do twice, and would put its own text over the example's.
  useEffect(() => {
    if (prepared.current === null) {
      return;
    }
    const { example, variables, filled } = prepared.current;
    prepared.current = null;
    const query = example.operation.join("\n");
    const written = Object.keys(variables).length > 0 ? JSON.stringify(variables, null, 2) : "";
    updateActiveTabValues({ query, variables: written });
    queryEditor.setValue(query);
    // GraphiQL reads the operation's name out of the text a moment later; whoever is faster would send the old one.
    queryEditor.operationName = /^(?:query|mutation|subscription)\s+(\w+)/m.exec(query)?.[1] ?? null;
    variableEditor.setValue(written);
    queryEditor.focus();
    const advice = filled ? "Run it with Ctrl-Enter." : "Replace the placeholders in its variables, then run it.";
    say(`Opened “${example.title}” in a new tab. ${advice}`);
    setBusy(false);
  }, [tabs.length]);

  const item = (example) =>
    h(
      "li",
      { key: example.title },
      h("button", { type: "button", disabled: !ready, onClick: () => open(example) }, example.title),
      h("p", null, example.description),
    );

  return h(
    "div",
    { className: "examples" },
    h("h2", null, "Example operations"),
    h("p", null, "Each opens in a tab of its own. Those of your roles come first."),
    ...arranged(examples, session.viewer).map((group) =>
      h(
        "details",
        { key: group.role, open: group.own },
        h("summary", null, group.title),
        h("ul", null, ...group.operations.map(item)),
      ),
    ),
  );
}

const Icon = () =>
  h(
    "svg",
    { viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", strokeWidth: 1.6, strokeLinecap: "round" },
    h("path", { d: "M5 4h14v16H5zM8.5 9h7M8.5 13h7M8.5 17h4" }),
  );

/** The GraphiQL plugin that shows `examples` and tells through `say` what became of a click. */
export function examplesPlugin({ examples, session, say }) {
  return { title: "Example operations", icon: Icon, content: () => h(Panel, { examples, session, say }) };
}
