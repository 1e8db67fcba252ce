import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, call, callTagged } from "@/lib/http";
import type { ListState } from "@/lib/urlState";
import type { Guest, GuestChanges } from "../types/customer-types";

const MINUTE = 60_000;

/** The restaurant itself: its name, currency and zone. */
export const organisationQuery = () =>
  queryOptions({
    queryKey: ["organisation"],
    staleTime: 10 * MINUTE,
    queryFn: ({ signal }) => call(api.GET("/organisation", { signal })),
  });

/** A page of guests: the newest, or those whose name, address or number holds the text. */
export const guestsQuery = ({ q, limit, cursor, filters }: Pick<ListState, "q" | "limit" | "cursor" | "filters">) =>
  queryOptions({
    queryKey: ["guests", "list", { q, limit, cursor, tag: filters.tag }],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      call(api.GET("/customers", { signal, params: { query: { limit, cursor: cursor ?? undefined, q: q || undefined, tag: filters.tag } } })),
  });

/** One guest, with the ETag that a change must name. */
export const guestQuery = (customerId: string) =>
  queryOptions({
    queryKey: ["guests", customerId, "guest"],
    queryFn: ({ signal }) => callTagged(api.GET("/customers/{customer_id}", { signal, params: { path: { customer_id: customerId } } })),
  });

/** All that is known of a guest, each part by its owner; what is missing is named. */
export const profileQuery = (customerId: string) =>
  queryOptions({
    queryKey: ["guests", customerId, "profile"],
    queryFn: ({ signal }) =>
      call(api.GET("/customers/{customer_id}/profile", { signal, params: { path: { customer_id: customerId } } })),
  });

/** A page of a guest's orders, the latest first. */
export const ordersQuery = (customerId: string, cursor: string | null, limit: number) =>
  queryOptions({
    queryKey: ["guests", customerId, "orders", { cursor, limit }],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      call(
        api.GET("/customers/{customer_id}/orders", {
          signal,
          params: { path: { customer_id: customerId }, query: { limit, cursor: cursor ?? undefined } },
        }),
      ),
  });

/** A page of a guest's reservations, the latest first. */
export const reservationsQuery = (customerId: string, cursor: string | null, limit: number) =>
  queryOptions({
    queryKey: ["guests", customerId, "reservations", { cursor, limit }],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      call(
        api.GET("/customers/{customer_id}/reservations", {
          signal,
          params: { path: { customer_id: customerId }, query: { limit, cursor: cursor ?? undefined } },
        }),
      ),
  });

/** Orders that fit more than one guest and wait for somebody to decide. */
export const unclearOrdersQuery = () =>
  queryOptions({
    queryKey: ["orders", "ambiguous"],
    queryFn: ({ signal }) => call(api.GET("/orders", { signal, params: { query: { attribution: "ambiguous", limit: 5 } } })),
  });

/** Reservations that fit more than one guest and wait for somebody to decide. */
export const unclearReservationsQuery = () =>
  queryOptions({
    queryKey: ["reservations", "ambiguous"],
    queryFn: ({ signal }) => call(api.GET("/reservations", { signal, params: { query: { attribution: "ambiguous", limit: 5 } } })),
  });

/** Changes a guest as long as nobody else did since that ETag; 412 otherwise. */
export function useChangeGuest(customerId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ changes, etag }: { changes: GuestChanges; etag: string }) =>
      callTagged(
        api.PATCH("/customers/{customer_id}", {
          params: { path: { customer_id: customerId }, header: { "If-Match": etag } },
          body: changes,
        }),
      ),
    onSuccess: async (changed) => {
      queries.setQueryData(guestQuery(customerId).queryKey, changed);
      await queries.invalidateQueries({ queryKey: ["guests"] });
    },
  });
}

/** Fetches a guest as it is now, past what was kept here. */
export function useFreshGuest(customerId: string): () => Promise<{ data: Guest; etag: string }> {
  const queries = useQueryClient();
  return () => queries.fetchQuery({ ...guestQuery(customerId), staleTime: 0 });
}
