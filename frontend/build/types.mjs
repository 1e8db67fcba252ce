// Writes what the console knows of the API out of the gateway's OpenAPI document: the types, and which role may call what.
// `--check` writes nothing and fails where the written files are not what the document says.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const document = new URL("../../gateway/src/crm_gateway/openapi.json", import.meta.url);
const folder = new URL("../src/api/", import.meta.url);
const HEAD = "// Generated from gateway/src/crm_gateway/openapi.json by `make types`. Do not edit.\n";
const METHODS = ["get", "put", "post", "patch", "delete"];

const api = JSON.parse(await readFile(document, "utf8"));

function rolesOfOperations() {
  const lines = [];
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((each) => each in item)) {
      lines.push(`  ${JSON.stringify(`${method} ${path}`)}: ${JSON.stringify(item[method]["x-roles"] ?? [])},`);
    }
  }
  return `/** Who may call each operation of the API. */\nexport const OPERATION_ROLES = {\n${lines.join("\n")}\n} as const;\n`;
}

const files = {
  "schema.gen.ts": HEAD + astToString(await openapiTS(api, { alphabetize: true, defaultNonNullable: false })),
  "roles.gen.ts": HEAD + rolesOfOperations(),
};
const stale = [];
for (const [name, text] of Object.entries(files)) {
  const file = new URL(name, folder);
  const before = await readFile(file, "utf8").catch(() => "");
  if (before === text) continue;
  stale.push(name);
  if (!process.argv.includes("--check")) await writeFile(file, text);
}
if (stale.length && process.argv.includes("--check")) {
  throw new Error(`${stale.join(", ")}: not what the OpenAPI document says; run \`make types\``);
}
