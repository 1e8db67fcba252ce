import { test } from "@playwright/test";
import { expectAccessible, HOME, type Role, signIn } from "./house";

const SIZES = { desktop: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } };
const SCHEMES = ["light", "dark"] as const;

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of SCHEMES) {
    test.describe(`${size}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme });

      test("every page is accessible, and can be looked at", async ({ page }, info) => {
        const look = async (name: string) => {
          await page.waitForLoadState("networkidle");
          await page.screenshot({ path: info.outputPath(`${name}.png`), fullPage: true });
          await expectAccessible(page);
        };
        await page.goto(HOME);
        await page.getByLabel("E-mail").waitFor();
        await look("sign-in");
        await signIn(page, "owner");
        await look("home-owner");
        await page.goto(`${HOME}/guests`);
        await page.getByRole("heading", { name: "Guests" }).waitFor();
        await look("guests");
        await page.goto(`${HOME}/guests?q=zzzz`);
        await look("guests-none");
        await page.goto(`${HOME}/guests?q=ana`);
        await page.locator("main").getByRole("link").nth(1).click();
        await page.getByRole("tab", { name: "Overview" }).waitFor();
        await look("profile");
        await page.getByRole("tab", { name: "Orders" }).click();
        await look("profile-orders");
        await page.getByRole("button", { name: "Edit" }).click();
        await page.getByRole("dialog").getByLabel("Name").waitFor();
        await look("guest-editor");
        await page.keyboard.press("Escape");
        await page.keyboard.press("Control+k");
        await page.getByPlaceholder(/Name, e-mail/).fill("ana");
        await page.getByRole("dialog").getByText("Guests", { exact: true }).first().waitFor();
        await look("palette");
      });
    });
  }
}

for (const role of ["marketing_manager", "manager", "host"] as Role[]) {
  test(`the start of a ${role} is accessible, and can be looked at`, async ({ page }, info) => {
    await signIn(page, role);
    await page.waitForLoadState("networkidle");
    await page.screenshot({ path: info.outputPath(`home-${role}.png`), fullPage: true });
    await expectAccessible(page);
  });
}
