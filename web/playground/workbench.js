/** GraphiQL, given the session's way to the server, the example operations, and a keyboard that can leave its editors. */

import { examplesPlugin } from "./examples.js";
import { byItsText, liveClient } from "./live.js";

const { createElement: h, useEffect } = window.React;
const { GraphiQL, GraphiQLPluginExplorer, ReactDOM } = window;

const FIRST_TEXT = `# Sign in above, open an example,
# and run it with Ctrl-Enter.
`;
const THEME = "graphiql:theme";

/**
 * What GraphiQL remembers of the editors: in sessionStorage, so that a reload keeps the operations, and forgotten at
 * sign-out, because variables hold what people typed about clients. A closed one takes nothing more, as GraphiQL
 * writes up to half a second late.
 */
class EditorStorage {
  #closed = false;

  get length() {
    return sessionStorage.length;
  }

  key(index) {
    return sessionStorage.key(index);
  }

  getItem(name) {
    return this.#closed ? null : sessionStorage.getItem(name);
  }

  setItem(name, value) {
    if (!this.#closed) {
      sessionStorage.setItem(name, value);
    }
  }

  removeItem(name) {
    sessionStorage.removeItem(name);
  }

  clear() {
    sessionStorage.clear();
  }

  /** Forgets everything but the choice of light or dark. */
  close() {
    const theme = this.getItem(THEME);
    this.clear();
    if (theme !== null) {
      this.setItem(THEME, theme);
    }
    this.#closed = true;
  }
}

/** Lets Tab and Shift-Tab leave the editors: CodeMirror keeps both, which traps whoever has no mouse (WCAG 2.1.2). */
function EditorKeys() {
  const { queryEditor, variableEditor, headerEditor, responseEditor } = GraphiQL.React.useEditorContext();
  useEffect(() => {
    const labels = ["Operation", "Variables", "Request headers", "Answer"];
    [queryEditor, variableEditor, headerEditor, responseEditor].forEach((editor, index) => {
      editor?.addKeyMap({ Tab: false, "Shift-Tab": false });
      editor?.getInputField().setAttribute("aria-label", labels[index]);
    });
  }, [queryEditor, variableEditor, headerEditor, responseEditor]);
  return null;
}

/** Puts GraphiQL into `element` and lays it anew whenever the session changes, so that no old answer stays in sight. */
export function mountWorkbench({ element, endpoint, session, examples, say }) {
  const root = ReactDOM.createRoot(element);
  const plugins = [examplesPlugin({ examples, session, say }), GraphiQLPluginExplorer.explorerPlugin()];
  let visiblePlugin = plugins[0].title;
  let storage = new EditorStorage();
  let laid = 0;
  let live = null;

  // GraphiQL reads at its first rendering, before it has filled it, the store that says which panel is open.
  ReactDOM.flushSync(() => root.render(h(GraphiQL.React.PluginContextProvider, { plugins, visiblePlugin }, null)));

  const lay = () => {
    laid += 1;
    live?.dispose();
    live = liveClient(endpoint, session); // a socket is one person's in one centre
    const props = {
      key: laid,
      fetcher: byItsText(
        GraphiQL.createFetcher({
          url: endpoint,
          fetch: session.fetch,
          wsClient: live,
          enableIncrementalDelivery: false,
        }),
        GraphiQL.GraphQL,
      ),
      plugins,
      storage,
      visiblePlugin,
      onTogglePluginVisibility: (plugin) => {
        visiblePlugin = plugin?.title;
      },
      defaultQuery: FIRST_TEXT,
      defaultEditorToolsVisibility: "variables",
      inputValueDeprecation: true,
      schemaDescription: true,
      shouldPersistHeaders: false,
      showPersistHeadersSettings: false,
    };
    // At once: a click in the old one, while React makes up its mind, would be lost.
    ReactDOM.flushSync(() => root.render(h(GraphiQL, props, h(EditorKeys))));
  };

  session.addEventListener("change", () => {
    if (session.viewer === null) {
      storage.close();
      storage = new EditorStorage();
    }
    lay();
  });
  lay();
}
