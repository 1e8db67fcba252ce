import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import type { AxeResults } from "axe-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Gives what axe finds wrong: the rule, and where. */
export default async function axe(page: Page): Promise<string[]> {
  await page.evaluate(source); // by the debugger, past the page's own policy, which rightly forbids it
  const results = await page.evaluate((tags) => {
    const { axe: engine } = globalThis as unknown as { axe: { run: (options: object) => Promise<AxeResults> } };
    return engine.run({ runOnly: tags });
  }, TAGS);
  return results.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`));
}
