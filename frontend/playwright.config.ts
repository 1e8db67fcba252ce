import { defineConfig } from "@playwright/test";

// Run by tests/console (pytest) over a suite that really runs; by hand: MAITRE_INSTANCE=../.run/instance.json npm run e2e
export default defineConfig({
  testDir: "tests/e2e",
  outputDir: process.env.MAITRE_ARTEFACTS ?? "test-results",
  timeout: 60_000,
  expect: { timeout: 15_000 },
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  reporter: [["list"]],
  use: {
    locale: "en-US",
    viewport: { width: 1280, height: 860 },
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: { executablePath: process.env.CRM_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] },
  },
});
