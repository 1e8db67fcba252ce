/** An error answer of the API (RFC 9457), as something that can be thrown and shown. */
export class ProblemError extends Error {
  readonly status: number;
  readonly type: string;
  /** What is wrong, by field: `{"emails.0.address": ["Not an e-mail address."]}`. */
  readonly fields: Record<string, string[]>;
  /** Seconds after which it may be tried again, where the answer says so. */
  readonly retryAfter: number | null;

  constructor(status: number, body: unknown, retryAfter: number | null = null) {
    const problem = isObject(body) ? body : {};
    super(text(problem.detail) || text(problem.title) || `HTTP ${status}`);
    this.name = "ProblemError";
    this.status = status;
    this.type = text(problem.type) || "about:blank";
    this.fields = flattened(problem.errors);
    this.retryAfter = typeof problem.retry_after === "number" ? problem.retry_after : retryAfter;
  }

  /** Says whether this is the problem of that name, e.g. `second-factor-needed`. */
  is(name: string): boolean {
    return this.type === `urn:maitre:problem:${name}`;
  }
}

/** The request did not reach the gateway, or its answer did not reach us. */
export class UnreachableError extends Error {
  constructor(cause: unknown) {
    super("unreachable", { cause });
    this.name = "UnreachableError";
  }
}

/** Says whether trying the same again may help: nothing came back, or the other side is busy or broken. */
export function isPassing(error: unknown): boolean {
  return error instanceof UnreachableError || (error instanceof ProblemError && (error.status >= 500 || error.status === 429));
}

/** Turns nested errors (`{json: {emails: {0: {address: [..]}}}}`) into one path a field. */
function flattened(errors: unknown, path = ""): Record<string, string[]> {
  if (Array.isArray(errors)) return errors.length ? { [path || "_"]: errors.map(text) } : {};
  if (typeof errors === "string") return { [path || "_"]: [errors] };
  if (!isObject(errors)) return {};
  const all = Object.entries(errors).map(([name, inner]) => flattened(inner, joined(path, name)));
  return Object.assign({}, ...all);
}

function joined(path: string, name: string): string {
  if (!path && ["json", "query", "files"].includes(name)) return "";
  return path ? `${path}.${name}` : name;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
