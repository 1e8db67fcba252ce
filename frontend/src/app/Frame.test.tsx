import { screen, waitFor, within } from "@testing-library/react";
import { http, problem, server } from "@/testing/handlers";
import { openConsole } from "@/testing/render";
import { placesFor } from "./navigation";
import { permissions } from "@/lib/session";

test("an expired session leads to the sign-in, which remembers the place", async () => {
  const { router, client } = openConsole("/guests?tag=vip");
  await screen.findByText("Ana Garcia");
  server.use(
    http.get("/customers", ({ response }) => response.untyped(problem(401, "session-expired"))),
    http.get("/auth/session", ({ response }) => response.untyped(problem(401, "unauthorized"))),
  );
  await client.invalidateQueries({ queryKey: ["guests"] });
  expect(await screen.findByRole("button", { name: "Sign in" })).toBeVisible();
  expect(router.state.location.state).toEqual({ from: "/guests?tag=vip" });
});

test("the palette opens by keyboard, finds guests and goes there", async () => {
  const { router, user } = openConsole();
  await screen.findByRole("button", { name: /Find a guest/ });
  await user.keyboard("{Control>}k{/Control}");
  await user.type(await screen.findByPlaceholderText(/place of the console/), "ana");
  const palette = await screen.findByRole("dialog");
  await user.click(await within(palette).findByText(/…00/));
  await waitFor(() => expect(router.state.location.pathname).toMatch(/^\/guests\/.+/));
});

test("an address that leads nowhere says so, inside the console", async () => {
  openConsole("/nowhere");
  expect(await screen.findByText("There is no such page")).toBeVisible();
  expect(screen.getAllByRole("navigation").length).toBeGreaterThan(0);
});

test("places are shown as far as the role may go", () => {
  const names = (role: "owner" | "host") => placesFor(permissions(role, [])).map(({ to }) => to);
  expect(names("host")).toContain("/guests");
  expect(names("owner")).toEqual(expect.arrayContaining(names("host")));
});
