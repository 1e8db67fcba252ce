import { screen, waitFor } from "@testing-library/react";
import type { components } from "@/api/schema.gen";
import { aSession } from "@/testing/factories";
import { http, problem, server } from "@/testing/handlers";
import { openConsole } from "@/testing/render";

type StaffMember = components["schemas"]["StaffMember"];

const ID = "0190a6b2-7c1e-7d3a-9f00-00000000000a";

function member(changes: Partial<StaffMember> = {}): StaffMember {
  return {
    id: ID,
    email: "hugo@example.com",
    name: "Hugo Host",
    role: "host",
    location_ids: null,
    is_active: true,
    has_password: true,
    has_second_factor: false,
    must_change_password: false,
    last_signed_in_at: null,
    created_at: "2026-03-01T18:30:00Z",
    version: 1,
    ...changes,
  };
}

function staffed(...items: StaffMember[]) {
  server.use(
    http.get("/staff", ({ response }) => response(200).json({ items, next_cursor: null })),
    http.get("/locations", ({ response }) => response(200).json({ items: [], next_cursor: null })),
  );
}

test("a new member's temporary password is the one that was sent, shown once, to be replaced", async () => {
  staffed(member());
  let sent: components["schemas"]["NewStaff"] | undefined;
  server.use(
    http.post("/staff", async ({ request, response }) => {
      sent = await request.json();
      return response(201).json(member());
    }),
  );
  const { user } = openConsole("/settings/staff");
  await user.click(await screen.findByRole("button", { name: "Add somebody" }));
  await user.type(await screen.findByRole("textbox", { name: /E-mail/ }), "hugo@example.com");
  await user.click(screen.getByRole("button", { name: "Add" }));
  await screen.findByRole("dialog", { name: "Temporary password" });
  expect(sent).toMatchObject({ email: "hugo@example.com", role: "host", location_ids: null, must_change_password: true });
  expect(sent?.password).toHaveLength(16);
  expect(screen.getByText(sent?.password ?? "")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "I have kept it" }));
  await waitFor(() => expect(screen.queryByText(sent?.password ?? "")).toBeNull());
});

test("a refused address is complained about at its field", async () => {
  staffed(member());
  server.use(http.untyped.post("*/staff", () => problem(422, "validation-failed", { errors: { json: { email: ["Somebody has it already."] } } })));
  const { user } = openConsole("/settings/staff");
  await user.click(await screen.findByRole("button", { name: "Add somebody" }));
  const email = await screen.findByRole("textbox", { name: /E-mail/ });
  await user.type(email, "hugo@example.com");
  await user.click(screen.getByRole("button", { name: "Add" }));
  expect(await screen.findByText("Somebody has it already.")).toBeVisible();
  expect(email).toHaveAttribute("aria-invalid", "true");
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("an edit is joined with what somebody else changed meanwhile, and names the ETag it saw", async () => {
  staffed(member());
  let version = 1;
  const tags: (string | null)[] = [];
  const bodies: unknown[] = [];
  server.use(
    http.get("/staff/{staff_id}", ({ response }) =>
      response(200).json(member(version === 1 ? {} : { role: "manager", version }), { headers: { ETag: `"${version}"` } }),
    ),
    http.patch("/staff/{staff_id}", async ({ request, response }) => {
      tags.push(request.headers.get("If-Match"));
      bodies.push(await request.json());
      if (version === 1) {
        version = 2;
        return response.untyped(problem(412, "version-mismatch"));
      }
      return response(200).json(member({ version: 3 }));
    }),
  );
  const { user } = openConsole("/settings/staff");
  await user.click(await screen.findByRole("button", { name: "Edit Hugo Host" }));
  const name = await screen.findByRole("textbox", { name: "Name" });
  await user.clear(name);
  await user.type(name, "Hugo Hall");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(tags).toEqual(['"1"', '"2"']);
  expect(bodies).toEqual([{ name: "Hugo Hall" }, { name: "Hugo Hall" }]);
});

test("who is no owner is not led there", async () => {
  server.use(http.get("/auth/session", ({ response }) => response(200).json(aSession({ role: "host" }))));
  openConsole("/");
  await screen.findAllByRole("link", { name: "Guests" });
  expect(screen.queryByRole("link", { name: "Staff" })).toBeNull();
});
