const english = import.meta.glob<object>("./en/*.json", { eager: true, import: "default" });
const others = import.meta.glob<object>("./*/*.json", { eager: true, import: "default" });

function flat(texts: object, path = ""): [string, string][] {
  return Object.entries(texts).flatMap(([name, value]: [string, unknown]): [string, string][] =>
    typeof value === "string" ? [[`${path}${name}`, value]] : flat(value as object, `${path}${name}.`),
  );
}

const placeholders = (text: string) => [...text.matchAll(/{{(\w+)}}/g)].map(([, name]) => name).sort();

test.each(Object.keys(others))("%s has the texts of the English file, with the same placeholders", (file) => {
  const counterpart = new Map(flat(english[file.replace(/^\.\/\w+\//, "./en/")] ?? {}));
  const texts = flat(others[file] ?? {});
  expect(texts.map(([key]) => key).sort()).toEqual([...counterpart.keys()].sort());
  for (const [key, text] of texts) expect([key, placeholders(text)]).toEqual([key, placeholders(counterpart.get(key) ?? "")]);
});
