/** A field that two people changed at once, each otherwise. */
export interface Conflict<Form> {
  field: keyof Form;
  base: unknown;
  mine: unknown;
  theirs: unknown;
}

export interface Merged<Form> {
  /** What both wanted, with `theirs` where they disagree. */
  values: Form;
  conflicts: Conflict<Form>[];
}

/** Joins my edit and theirs of the same base, field by field; only what both changed differently is a conflict. */
export function mergeEdits<Form extends object>(base: Form, mine: Form, theirs: Form): Merged<Form> {
  const values = { ...theirs };
  const conflicts: Conflict<Form>[] = [];
  for (const field of Object.keys(mine) as (keyof Form)[]) {
    const isMine = !isSame(mine[field], base[field]);
    const isTheirs = !isSame(theirs[field], base[field]);
    if (isMine && !isTheirs) values[field] = mine[field];
    if (isMine && isTheirs && !isSame(mine[field], theirs[field])) {
      conflicts.push({ field, base: base[field], mine: mine[field], theirs: theirs[field] });
    }
  }
  return { values, conflicts };
}

/** Says whether two values are alike, however deep; absent, null and undefined are one. */
export function isSame(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).filter(([, each]) => each != null).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
