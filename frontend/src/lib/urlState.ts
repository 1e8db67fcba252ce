import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

/** What a list shows, kept in the address: a reload, a bookmark and a colleague see the same. */
export interface ListState {
  q: string;
  limit: number;
  cursor: string | null;
  /** By what the API shall sort: `name`, or `-name` from the end. */
  sort: string | null;
  filters: Record<string, string>;
}

export type ListChange = { [Key in keyof ListState]?: ListState[Key] };

export const PAGE_SIZES = [25, 50, 100] as const;

/** Reads a list's state from the address, and writes it there; whatever is the default is not written. */
export function useListState(filterNames: readonly string[] = []): [ListState, (change: ListChange, replace?: boolean) => void] {
  const [params, setParams] = useSearchParams();
  const names = filterNames.join("\0");
  const state = useMemo(() => readListState(params, names ? names.split("\0") : []), [params, names]);
  const change = useCallback(
    (changed: ListChange, replace = false) => setParams((before) => writeListState(before, changed), { replace }),
    [setParams],
  );
  return [state, change];
}

/** Reads what the parameters say of a list; nonsense counts as absent. */
export function readListState(params: URLSearchParams, filterNames: readonly string[]): ListState {
  const limit = Number(params.get("limit"));
  const named = filterNames.map((name) => [name, params.get(name) ?? ""] as const).filter(([, value]) => value);
  return {
    q: params.get("q") ?? "",
    limit: PAGE_SIZES.find((size) => size === limit) ?? PAGE_SIZES[0],
    cursor: params.get("cursor"),
    sort: params.get("sort"),
    filters: Object.fromEntries(named),
  };
}

/** Gives the parameters after a change; another search or filter begins at the first page again. */
export function writeListState(before: URLSearchParams, change: ListChange): URLSearchParams {
  const after = new URLSearchParams(before);
  const put = (name: string, value: string | null | undefined) => (value ? after.set(name, value) : after.delete(name));
  if (!("cursor" in change)) after.delete("cursor");
  if ("q" in change) put("q", change.q);
  if ("cursor" in change) put("cursor", change.cursor);
  if ("sort" in change) put("sort", change.sort);
  if ("limit" in change) put("limit", change.limit === PAGE_SIZES[0] ? null : String(change.limit));
  for (const [name, value] of Object.entries(change.filters ?? {})) put(name, value);
  return after;
}
