import { setupServer } from "msw/node";
import { createOpenApiHttp } from "openapi-msw";
import type { paths } from "@/api/schema.gen";
import { API_BASE } from "@/lib/http";
import { aDashboard, aGuest, anOrganisation, aProfile, aSession, aSuggestion } from "./factories";

/** The API for tests, typed by the same document as the console: a handler that answers otherwise does not compile. */
export const http = createOpenApiHttp<paths>({ baseUrl: API_BASE });

/** A house with one guest, and its owner signed in; a test replaces what it is about. */
export const server = setupServer(
  http.get("/auth/session", ({ response }) => response(200).json(aSession())),
  http.get("/auth/providers", ({ response }) => response(200).json({ oidc: null })),
  http.get("/dashboard", ({ response }) => response(200).json(aDashboard())),
  http.get("/jobs", ({ response }) => response(200).json({ items: [], unavailable: [] })),
  http.get("/search/suggestions", ({ response }) => response(200).json({ items: [aSuggestion()], unavailable: [] })),
  http.get("/organisation", ({ response }) => response(200).json(anOrganisation())),
  http.get("/customers", ({ response }) => response(200).json({ items: [aGuest()], next_cursor: null })),
  http.get("/customers/{customer_id}", ({ response }) => response(200).json(aGuest(), { headers: { ETag: '"1"' } })),
  http.get("/customers/{customer_id}/profile", ({ response }) => response(200).json(aProfile())),
  http.get("/orders", ({ response }) => response(200).json({ items: [], next_cursor: null })),
  http.get("/reservations", ({ response }) => response(200).json({ items: [], next_cursor: null })),
);

/** A problem as the API answers it. */
export function problem(status: number, name: string, more: object = {}): Response {
  const body = { type: `urn:maitre:problem:${name}`, title: name, status, detail: `Detail of ${name}.`, ...more };
  return Response.json(body, { status, headers: { "Content-Type": "application/problem+json" } });
}
