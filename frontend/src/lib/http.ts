import createClient, { type Middleware } from "openapi-fetch";
import type { paths } from "@/api/schema.gen";
import { ProblemError, UnreachableError } from "./problem";

/** Where the API answers, on whichever host served this page. */
export const API_BASE = `${globalThis.location?.origin ?? ""}/admin/customers/api/v1`;

const UNSAFE = new Set(["POST", "PUT", "PATCH", "DELETE"]);
let csrfToken = "";
let onSignedOut: () => void = () => undefined;

/** Sends this token with every write from now on; the session names it. */
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/** Calls this whenever an answer says that nobody is signed in any more. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

const credentials: Middleware = {
  onRequest({ request }) {
    if (csrfToken && UNSAFE.has(request.method)) request.headers.set("X-CSRF-Token", csrfToken);
    return request;
  },
};

/** The API, typed by its OpenAPI document; calls go through `call`, which throws problems. */
export const api = createClient<paths>({
  baseUrl: API_BASE,
  credentials: "same-origin",
  fetch: (request: Request) => globalThis.fetch(request),
});
api.use(credentials);

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** Gives the body of a good answer; throws ProblemError for a bad one and UnreachableError without one. */
export async function call<Data>(request: Promise<Answer<Data>>): Promise<Data> {
  return (await callTagged(request)).data;
}

/** Gives the body and its ETag, which an edit must name (If-Match). */
export async function callTagged<Data>(request: Promise<Answer<Data>>): Promise<{ data: Data; etag: string }> {
  const { data, error, response } = await request.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new UnreachableError(cause);
  });
  if (!response.ok) {
    const problem = new ProblemError(response.status, error, Number(response.headers.get("Retry-After")) || null);
    if (response.status === 401 && !isAboutSigningIn(response.url)) onSignedOut();
    throw problem;
  }
  return { data: data as Data, etag: response.headers.get("ETag") ?? "" };
}

function isAboutSigningIn(url: string): boolean {
  return url.startsWith(`${API_BASE}/auth/`);
}
