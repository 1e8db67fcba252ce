import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { components } from "@/api/schema.gen";
import { api, call, callTagged } from "@/lib/http";

type Schemas = components["schemas"];
export type StaffMember = Schemas["StaffMember"];
type NewStaff = Schemas["NewStaff"];
type StaffChanges = Schemas["StaffChanges"];

/** A page of those who may sign in, the dismissed too. */
export const staffQuery = (cursor: string | null, limit: number) =>
  queryOptions({
    queryKey: ["staff", "list", { cursor, limit }],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call(api.GET("/staff", { signal, params: { query: { limit, cursor: cursor ?? undefined } } })),
  });

/** One member of staff, with the ETag that a change must name. */
export const staffMemberQuery = (staffId: string) =>
  queryOptions({
    queryKey: ["staff", staffId],
    queryFn: ({ signal }) => callTagged(api.GET("/staff/{staff_id}", { signal, params: { path: { staff_id: staffId } } })),
  });

/** Adds somebody; without a password they come in through the identity provider alone. */
export function useAddStaff() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewStaff) => call(api.POST("/staff", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["staff", "list"] }),
  });
}

/** Changes somebody as long as nobody else did since that ETag; 412 otherwise. */
export function useChangeStaff(staffId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ changes, etag }: { changes: StaffChanges; etag: string }) =>
      call(
        api.PATCH("/staff/{staff_id}", {
          params: { path: { staff_id: staffId }, header: { "If-Match": etag } },
          body: changes,
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["staff"] }),
  });
}

/** Gives somebody a temporary password; all their sessions end. */
export function useResetPassword(staffId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => call(api.POST("/staff/{staff_id}/password-resets", { params: { path: { staff_id: staffId } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["staff"] }),
  });
}

/** Takes somebody's second factor away, for a lost phone. */
export function useResetSecondFactor(staffId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => call(api.DELETE("/staff/{staff_id}/second-factor", { params: { path: { staff_id: staffId } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["staff"] }),
  });
}

/** The restaurant's places, for choosing among them. */
export const locationChoicesQuery = () =>
  queryOptions({
    queryKey: ["locations", "choices"],
    queryFn: ({ signal }) => call(api.GET("/locations", { signal, params: { query: { limit: 100 } } })),
  });
