import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { type Change, type Topic, useStream } from "@/lib/live";
import { usePermissions } from "@/lib/session";

const TOGETHER_MS = 1_000;

/** What a change makes out of date besides the guest it is about. */
const ALSO: Record<Topic, readonly QueryKey[]> = {
  guest: [["guests", "list"]],
  order: [["orders"], ["dashboard"]],
  reservation: [["reservations"], ["dashboard"]],
  metrics: [],
  segment: [["segments"]],
  points: [],
  review: [["reviews"]],
  campaign: [["campaigns"]],
  job: [["jobs"]],
  location: [["locations"], ["organisation"]],
};

/** Gives the keys of what a change makes out of date. */
export function outdatedBy({ topic, customer_id }: Change): QueryKey[] {
  return customer_id ? [["guests", customer_id], ...ALSO[topic]] : [...ALSO[topic]];
}

/** Keeps what is on the screen up to date by the live stream; changes within a second are fetched together. */
export function useLiveUpdates(): void {
  const queries = useQueryClient();
  const { may } = usePermissions();
  const batch = useMemo(() => {
    const keys = new Map<string, QueryKey>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      for (const queryKey of keys.values()) void queries.invalidateQueries({ queryKey });
      keys.clear();
    };
    const add = (outdated: QueryKey[]) => {
      for (const key of outdated) keys.set(JSON.stringify(key), key);
      timer ??= setTimeout(flush, TOGETHER_MS);
    };
    return { add, stop: () => clearTimeout(timer) };
  }, [queries]);
  useEffect(() => batch.stop, [batch]);
  const onReload = () => void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
  useStream({ onChange: (change) => batch.add(outdatedBy(change)), onReload }, may("get /stream"));
}
