import { readFileSync } from "node:fs";
import axe from "./axe";
import { expect, type Page } from "@playwright/test";

export type Role = "owner" | "marketing_manager" | "manager" | "host";

interface Instance {
  gateway: string;
  log_ins: Record<Role, { email: string; password: string }>;
}

/** The running suite, as `make up` describes it. */
export const instance = JSON.parse(readFileSync(process.env.MAITRE_INSTANCE ?? "../.run/instance.json", "utf8")) as Instance;

export const HOME = `${instance.gateway}/admin/customers`;

/** Signs a person of that role in by the form, and waits for the console. */
export async function signIn(page: Page, role: Role, path = ""): Promise<void> {
  const { email, password } = instance.log_ins[role];
  await page.goto(`${HOME}/${path}`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("button", { name: /^Account of/ })).toBeVisible();
}

/** Fails on any breach of WCAG 2.2 A or AA that axe can find on the page as it stands. */
export async function expectAccessible(page: Page): Promise<void> {
  expect.soft(await axe(page), page.url()).toEqual([]);
}
