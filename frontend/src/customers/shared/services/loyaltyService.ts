import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, call } from "@/lib/http";

/** A page of the ledger of a guest's points, the latest first. */
export const entriesQuery = (customerId: string, cursor: string | null, limit: number) =>
  queryOptions({
    queryKey: ["guests", customerId, "points", { cursor, limit }],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      call(
        api.GET("/loyalty/members/{customer_id}/entries", {
          signal,
          params: { path: { customer_id: customerId }, query: { limit, cursor: cursor ?? undefined } },
        }),
      ),
  });
