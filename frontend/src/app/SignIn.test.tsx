import { screen } from "@testing-library/react";
import { aSession } from "@/testing/factories";
import { http, problem, server } from "@/testing/handlers";
import { openConsole } from "@/testing/render";

const signedOut = http.get("/auth/session", ({ response }) => response.untyped(problem(401, "unauthorized")));

async function fillIn(user: ReturnType<typeof openConsole>["user"]) {
  await user.type(await screen.findByLabelText("E-mail"), "ana@example.com");
  await user.type(screen.getByLabelText("Password"), "correct horse");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
}

test("who signs in is brought to where they wanted to go", async () => {
  server.use(signedOut, http.post("/auth/sessions", ({ response }) => response(200).json(aSession())));
  const { router, user } = openConsole("/guests?q=ana");
  await fillIn(user);
  expect(await screen.findByRole("heading", { name: "Guests" })).toBeVisible();
  expect(router.state.location.search).toBe("?q=ana");
});

test("a wrong pair is said in words, and the field to correct is not guessed", async () => {
  server.use(signedOut, http.post("/auth/sessions", ({ response }) => response.untyped(problem(401, "wrong-credentials"))));
  const { user } = openConsole();
  await fillIn(user);
  expect(await screen.findByRole("alert")).toHaveTextContent("do not match");
});

test("an account with a second factor is asked for its code, and signed in by both", async () => {
  const sent: unknown[] = [];
  server.use(
    signedOut,
    http.post("/auth/sessions", async ({ request, response }) => {
      const body = await request.json();
      sent.push(body);
      return body.code ? response(200).json(aSession()) : response.untyped(problem(401, "second-factor-needed"));
    }),
  );
  const { user } = openConsole();
  await fillIn(user);
  await user.type(await screen.findByLabelText(/Code/), "123 456");
  await user.click(screen.getByRole("button", { name: "Confirm" }));
  expect(await screen.findByRole("button", { name: /^Account of/ })).toBeVisible();
  expect(sent.at(-1)).toEqual({ email: "ana@example.com", password: "correct horse", code: "123456" });
});

test("a throttled sign-in says how long to wait", async () => {
  const wait = http.post("/auth/sessions", ({ response }) => response.untyped(problem(429, "too-many-attempts", { retry_after: 300 })));
  server.use(signedOut, wait);
  const { user } = openConsole();
  await fillIn(user);
  expect(await screen.findByRole("alert")).toHaveTextContent("5 minutes");
});

test("a password that somebody else chose must be replaced before anything else", async () => {
  server.use(
    http.get("/auth/session", ({ response }) => response(200).json(aSession({ must_change_password: true }))),
    http.post("/auth/password", ({ response }) => response(200).json(aSession())),
  );
  const { user } = openConsole("/guests");
  await user.type(await screen.findByLabelText(/given/), "temporary words");
  await user.type(screen.getByLabelText(/^New password \*?$/), "words of my own");
  await user.type(screen.getByLabelText(/again/), "words of my own");
  await user.click(screen.getByRole("button", { name: "Save and continue" }));
  expect(await screen.findByRole("heading", { name: "Guests" })).toBeVisible();
});
