import { formatter, NOTHING } from "./format";
import { call, setCsrfToken } from "./http";
import { api } from "./http";
import { mergeEdits } from "./merge";
import { ProblemError } from "./problem";
import { readListState, writeListState } from "./urlState";
import { anOrganisation, GUEST_ID } from "@/testing/factories";
import { http, problem, server } from "@/testing/handlers";

const params = (text: string) => new URLSearchParams(text);

test.each([
  ["q=ana&limit=50", { cursor: "abc" }, "q=ana&limit=50&cursor=abc"],
  ["q=ana&cursor=abc", { q: "bo" }, "q=bo"],
  ["cursor=abc", { filters: { tag: "vip" } }, "tag=vip"],
  ["limit=50&cursor=abc", { limit: 25 }, ""],
  ["tag=vip", { filters: { tag: "" } }, ""],
  ["tab=orders", { cursor: "abc" }, "tab=orders&cursor=abc"],
])("a list's address %s, changed by %j, is %s", (before, change, after) => {
  expect(writeListState(params(before), change).toString()).toBe(after);
});

test("nonsense in a list's address counts as absent", () => {
  const state = readListState(params("limit=7&tag=&sort=-name&other=1"), ["tag"]);
  expect(state).toEqual({ q: "", limit: 25, cursor: null, sort: "-name", filters: {} });
});

const base = { name: "Ana", tags: ["a"], note: "x" };

test("two edits of different fields are joined, and nobody is asked", () => {
  const merged = mergeEdits(base, { ...base, name: "Anna" }, { ...base, tags: ["a", "b"] });
  expect(merged).toEqual({ values: { name: "Anna", tags: ["a", "b"], note: "x" }, conflicts: [] });
});

test("two edits of one field are a conflict with all three values, unless both say the same", () => {
  const merged = mergeEdits(base, { ...base, name: "Anna", note: "y" }, { ...base, name: "Anne", note: "y" });
  expect(merged.conflicts).toEqual([{ field: "name", base: "Ana", mine: "Anna", theirs: "Anne" }]);
  expect(merged.values.note).toBe("y");
});

test("money, days and shares are written as the language and the house write them", () => {
  const english = formatter("en", { currency: "USD", zone: "America/New_York" });
  const german = formatter("de", { currency: "EUR", zone: "Europe/Berlin" });
  expect(english.money(123_456)).toBe("$1,234.56");
  expect(english.money(1234, "JPY")).toBe("¥1,234");
  expect(german.money(1250).replace(/\s/g, " ")).toBe("12,50 €");
  expect(english.moment("2026-03-01T03:30:00Z")).toContain("Feb 28, 2026");
  expect(english.day("2026-03-01")).toBe("Mar 1, 2026");
  expect(english.yearly({ day: 29, month: 2 })).toBe("February 29");
  expect(english.percent(0.273)).toBe("27.3%");
  expect(english.money(null)).toBe(NOTHING);
});

test("a moment is told as seen from now", () => {
  const { ago } = formatter("en", { currency: "USD", zone: "UTC" });
  const now = Date.parse("2026-03-14T12:00:00Z");
  expect(ago("2026-03-14T09:00:00Z", now)).toBe("3 hours ago");
  expect(ago("2026-03-13T12:00:00Z", now)).toBe("yesterday");
});

test("problems keep their fields, however the API nests them", () => {
  const errors = { json: { emails: { 0: { address: ["Wrong."] } }, name: ["Missing."] } };
  expect(new ProblemError(422, { errors }).fields).toEqual({ "emails.0.address": ["Wrong."], name: ["Missing."] });
});

test("a read carries no CSRF token, a write does", async () => {
  const seen: (string | null)[] = [];
  server.use(
    http.get("/organisation", ({ request, response }) => {
      seen.push(request.headers.get("X-CSRF-Token"));
      return response(200).json(anOrganisation());
    }),
    http.patch("/organisation", ({ request, response }) => {
      seen.push(request.headers.get("X-CSRF-Token"));
      return response(200).json(anOrganisation());
    }),
  );
  setCsrfToken("secret");
  await call(api.GET("/organisation"));
  await call(api.PATCH("/organisation", { params: { header: { "If-Match": '"1"' } }, body: { name: "X" } }));
  expect(seen).toEqual([null, "secret"]);
});

test("a bad answer is thrown as the problem it is", async () => {
  server.use(http.get("/customers/{customer_id}", ({ response }) => response.untyped(problem(404, "guest-not-found"))));
  const asked = call(api.GET("/customers/{customer_id}", { params: { path: { customer_id: GUEST_ID } } }));
  await expect(asked).rejects.toMatchObject({ status: 404, type: "urn:maitre:problem:guest-not-found" });
});
