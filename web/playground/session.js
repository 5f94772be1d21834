/**
 * Who is signed in, and the tokens that prove it.
 *
 * Tokens live in this object's private fields and nowhere else. Advice centres share computers: whatever is put into
 * localStorage or sessionStorage is written to the disk and comes back with "reopen closed tab"; and a duplicated tab
 * would hold the same single-use refresh token, whose second use ends the sign-in in both. The price is that a reload
 * asks for the password again.
 */

const TOKENS = `
  session { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt }
  errors { code message }
`;
const LOGIN = `mutation PlaygroundLogin($input: LoginInput!) { login(input: $input) { ${TOKENS} } }`;
const REFRESH = `mutation PlaygroundRefresh($input: RefreshInput!) { refresh(input: $input) { ${TOKENS} } }`;
const SWITCH = `mutation PlaygroundSwitch($input: CentreSwitchInput!) { centreSwitch(input: $input) { ${TOKENS} } }`;
const LOGOUT = `mutation PlaygroundLogout { logout { errors { code message } } }`;
const VIEWER = `
  query PlaygroundViewer {
    me {
      user { id email firstName lastName }
      centre { id name code }
      roles
      centres { centre { id name code } roles }
    }
  }
`;

const ACCEPT = "application/graphql-response+json, application/json";
const UNAUTHENTICATED = "UNAUTHENTICATED";
/** The codes with which the server says that a refresh token is good for nothing any more. */
const ENDINGS = new Set([UNAUTHENTICATED, "FORBIDDEN", "INVALID", "NOT_FOUND"]);
/** A token with less than this to live, in milliseconds, is renewed before it is used. */
const MARGIN = 20_000;
const ENDED = "Your sign-in has ended. Sign in again to go on; your operations are still here.";

/** What the server, or the way to it, refused, in words for the person at the page. */
export class Refusal extends Error {
  constructor(message, code = null) {
    super(message);
    this.name = "Refusal";
    this.code = code; // null where no GraphQL answer came
  }
}

/** Fires "change" when someone signs in, signs out or switches centre, and "end" when the server ended the sign-in. */
export class Session extends EventTarget {
  #endpoint;
  #tokens = null;
  #viewer = null;
  #renewal = null;

  constructor(endpoint) {
    super();
    this.#endpoint = endpoint;
  }

  /** Who is signed in: `{user, centre, roles, centres}`, or null. */
  get viewer() {
    return this.#viewer;
  }

  async signIn(email, password) {
    await this.#begin(await this.#exchange(LOGIN, "login", { email, password }, null));
  }

  async switchCentre(centreId) {
    const { access } = await this.#live();
    await this.#begin(await this.#exchange(SWITCH, "centreSwitch", { centreId }, access));
  }

  /** Forgets the tokens whatever the server answers. Throws a Refusal where the server could not be told. */
  async signOut() {
    try {
      const { access } = await this.#live();
      await this.#ask(LOGOUT, {}, access);
    } catch (error) {
      if (error.code !== UNAUTHENTICATED) {
        throw new Refusal(`You are signed out on this page, but the server could not be told: ${error.message}`);
      }
    } finally {
      this.#forget("change");
    }
  }

  /** The data that a query answers with, asked as whoever is signed in. */
  async query(query, variables = {}) {
    const response = await this.fetch(this.#endpoint, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    return dataOf(await readJson(response));
  }

  /**
   * fetch() with the signed-in person's token. A token that is about to end is renewed first; one that the server no
   * longer takes is renewed and the request repeated, which is safe because a refused request did nothing. A header
   * `Authorization` that the caller wrote (a service key, say) is left alone.
   */
  fetch = async (url, options = {}) => {
    const headers = new Headers(options.headers);
    headers.set("accept", ACCEPT);
    const request = { ...options, headers, credentials: "omit", cache: "no-store" };
    if (headers.has("authorization") || this.#tokens === null) {
      return send(url, request);
    }
    const { access } = await this.#live();
    headers.set("authorization", `Bearer ${access}`);
    const response = await send(url, request);
    if (!(await refusesToken(response.clone()))) {
      return response;
    }
    const renewed = await this.#renew(access);
    headers.set("authorization", `Bearer ${renewed.access}`);
    return send(url, request);
  };

  /** The header `Authorization` of the signed-in person, renewed where it is about to end; null for nobody. */
  async authorization() {
    return this.#tokens === null ? null : `Bearer ${(await this.#live()).access}`;
  }

  /** Shows whose tokens these are; where that cannot be found out, nobody is signed in, rather than shown wrongly. */
  async #begin(tokens) {
    this.#tokens = tokens;
    try {
      this.#viewer = (await this.#ask(VIEWER, {}, tokens.access)).me;
    } catch (error) {
      this.#forget("change");
      throw error;
    }
    this.dispatchEvent(new Event("change"));
  }

  #forget(event) {
    this.#tokens = null;
    this.#viewer = null;
    this.dispatchEvent(new Event(event));
  }

  /** Tokens that can be used now. */
  async #live() {
    if (this.#tokens === null) {
      throw new Refusal(ENDED, UNAUTHENTICATED);
    }
    return performance.now() < this.#tokens.useUntil ? this.#tokens : this.#renew(this.#tokens.access);
  }

  /** Renews once, however many requests find the same token `spent`: a refresh token works a single time. */
  async #renew(spent) {
    if (this.#tokens !== null && this.#tokens.access !== spent) {
      return this.#tokens;
    }
    this.#renewal ??= this.#renewNow().finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  async #renewNow() {
    const held = this.#tokens;
    if (held === null) {
      throw new Refusal(ENDED, UNAUTHENTICATED);
    }
    try {
      const renewed = await this.#exchange(REFRESH, "refresh", { refreshToken: held.refresh }, null);
      if (this.#tokens === held) {
        this.#tokens = renewed; // else they signed out, or switched centre, while the answer was on its way
      }
    } catch (error) {
      if (!ENDINGS.has(error.code)) {
        throw error; // the server is out of reach, out of order or too busy: the refresh token may still be good
      }
      if (this.#tokens === held) {
        this.#forget("end");
      }
    }
    if (this.#tokens === null) {
      throw new Refusal(ENDED, UNAUTHENTICATED);
    }
    return this.#tokens;
  }

  /** Tokens for an input of `login`, `refresh` or `centreSwitch`. */
  async #exchange(mutation, field, input, access) {
    const { [field]: payload, serverTime } = await this.#ask(mutation, { input }, access);
    if (payload.errors.length > 0) {
      throw new Refusal(payload.errors.map((error) => error.message).join(" "), payload.errors[0].code);
    }
    const { session } = payload;
    // Measured on the page's own steady clock from the server's time: the computer's clock may be wrong.
    const lifetime = Date.parse(session.accessTokenExpiresAt) - serverTime;
    return {
      access: session.accessToken,
      refresh: session.refreshToken,
      useUntil: performance.now() + lifetime - Math.min(MARGIN, lifetime / 2),
    };
  }

  async #ask(query, variables, access) {
    const headers = new Headers({ "content-type": "application/json", accept: ACCEPT });
    if (access !== null) {
      headers.set("authorization", `Bearer ${access}`);
    }
    const body = JSON.stringify({ query, variables });
    const response = await send(this.#endpoint, { method: "POST", headers, body, credentials: "omit" });
    const serverTime = Date.parse(response.headers.get("date") ?? "");
    return { ...dataOf(await readJson(response)), serverTime: Number.isNaN(serverTime) ? Date.now() : serverTime };
  }
}

async function send(url, options) {
  try {
    return await fetch(url, options);
  } catch {
    throw new Refusal("The server does not answer. Is it running, and is this computer connected to it?");
  }
}

async function readJson(response) {
  try {
    return await response.json();
  } catch {
    throw new Refusal(`The server answered with status ${response.status} and no GraphQL.`);
  }
}

function dataOf({ data, errors }) {
  if (errors?.length > 0) {
    throw new Refusal(errors.map((error) => error.message).join(" "), errors[0].extensions?.code ?? null);
  }
  return data;
}

/** Whether the server refused the whole request because of its token. */
async function refusesToken(response) {
  if (response.status === 401) {
    return true;
  }
  const answer = await response.json().catch(() => ({}));
  const refused = answer.errors?.some((error) => error.extensions?.code === UNAUTHENTICATED) ?? false;
  return refused && Object.values(answer.data ?? {}).every((value) => value === null);
}
