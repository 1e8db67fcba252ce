// What our build does besides Vite's own: compress once instead of at every request, and refuse to grow too heavy.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip, constants } from "node:zlib";
import type { Manifest, Plugin } from "vite";

const compressGzip = promisify(gzip);
const compressBrotli = promisify(brotliCompress);
const WORTH_IT = /\.(js|css|html|svg|json|webmanifest)$/;
const SMALL = 1024;

/** Writes a .br and a .gz beside every file that gains by it; the gateway serves them as they are. */
export function precompressed(): Plugin {
  return {
    name: "maitre:precompressed",
    apply: "build",
    async writeBundle({ dir = "dist" }) {
      const names = (await readdir(dir, { recursive: true })).filter((name) => WORTH_IT.test(name));
      await Promise.all(names.map((name) => compress(join(dir, name))));
    },
  };
}

async function compress(file: string) {
  const raw = await readFile(file);
  if (raw.length < SMALL) return;
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } };
  await writeFile(`${file}.br`, await compressBrotli(raw, quality));
  await writeFile(`${file}.gz`, await compressGzip(raw, { level: 9 }));
}

/** Fails the build when a first visit, to whichever page, would load more than so many KB of script (gzip). */
export function scriptBudget(kilobytes: number): Plugin {
  return {
    name: "maitre:script-budget",
    apply: "build",
    async writeBundle({ dir = "dist" }) {
      const manifest = JSON.parse(await readFile(join(dir, ".vite/manifest.json"), "utf8")) as Manifest;
      const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry) ?? "";
      const starts = [entry, ...(manifest[entry]?.dynamicImports ?? []).filter((key) => key.includes("/pages/"))];
      const sizes = new Map<string, number>();
      const sizeOf = async (file: string) => {
        if (!sizes.has(file)) sizes.set(file, (await compressGzip(await readFile(join(dir, file)), { level: 9 })).length);
        return sizes.get(file) ?? 0;
      };
      const report: [string, number][] = [];
      for (const start of starts) {
        const files = new Set([...loadedWith(manifest, entry), ...loadedWith(manifest, start)]);
        let total = 0;
        for (const file of files) total += await sizeOf(file);
        report.push([start, Math.round(total / 1000)]);
      }
      for (const [start, size] of report) this.info(`${size} KB of script (gzip) to show ${start}`);
      const heavy = report.filter(([, size]) => size > kilobytes);
      if (heavy.length) this.error(`over the budget of ${kilobytes} KB: ${heavy.map(([start]) => start).join(", ")}`);
    },
  };
}

function loadedWith(manifest: Manifest, start: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[start];
  if (!chunk || seen.has(chunk.file)) return seen;
  if (chunk.file.endsWith(".js")) seen.add(chunk.file);
  for (const each of chunk.imports ?? []) loadedWith(manifest, each, seen);
  return seen;
}
