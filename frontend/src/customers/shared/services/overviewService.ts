import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, call } from "@/lib/http";

const MINUTE = 60_000;
const WHILE_RUNNING_MS = 2_000;
const HISTORY = 30;

/** What the asker's role begins the day with: tiles, and the success metrics with formula, baseline and target. */
export const dashboardQuery = () =>
  queryOptions({
    queryKey: ["dashboard"],
    staleTime: MINUTE,
    queryFn: ({ signal }) => call(api.GET("/dashboard", { signal })),
  });

/** Long work of every service, the latest first; asked for often while some of it runs. */
export const jobsQuery = () =>
  queryOptions({
    queryKey: ["jobs"],
    queryFn: ({ signal }) => call(api.GET("/jobs", { signal, params: { query: { limit: HISTORY } } })),
    refetchInterval: ({ state }) => (state.data?.items.some(isRunning) ? WHILE_RUNNING_MS : false),
  });

/** Says whether a job is not finished yet. */
export function isRunning({ state }: { state: string }): boolean {
  return state === "queued" || state === "running";
}

/** Whom and what a text may mean, from every service that knows names. */
export const suggestionsQuery = (q: string) =>
  queryOptions({
    queryKey: ["suggestions", q],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call(api.GET("/search/suggestions", { signal, params: { query: { q, limit: 8 } } })),
  });

/** All that happened with a guest, of every service, the latest first. */
export const timelineQuery = (customerId: string) =>
  infiniteQueryOptions({
    queryKey: ["guests", customerId, "timeline"],
    initialPageParam: null as string | null,
    queryFn: ({ signal, pageParam }) =>
      call(
        api.GET("/customers/{customer_id}/timeline", {
          signal,
          params: { path: { customer_id: customerId }, query: { limit: HISTORY, cursor: pageParam ?? undefined } },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor,
  });
