import { type QueryClient, queryOptions } from "@tanstack/react-query";
import type { components } from "@/api/schema.gen";
import { api, call } from "./http";
import { ProblemError } from "./problem";
import type { Session } from "./session";

export type Credentials = components["schemas"]["SignIn"];

/** Who is signed in with this browser's cookie; null when nobody is. */
export const sessionQuery = () =>
  queryOptions({
    queryKey: ["session"],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }): Promise<Session | null> => call(api.GET("/auth/session", { signal })).catch(nullIfSignedOut),
  });

/** The other ways to sign in that this restaurant has. */
export const providersQuery = () =>
  queryOptions({
    queryKey: ["auth", "providers"],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => call(api.GET("/auth/providers", { signal })),
  });

/** Signs in; the session's cookie comes with the answer and cannot be read by scripts. */
export const signIn = (credentials: Credentials): Promise<Session> => call(api.POST("/auth/sessions", { body: credentials }));

/** Ends the session, in this browser and in the gateway. */
export const signOut = (): Promise<unknown> => call(api.DELETE("/auth/session"));

/** Changes the password of whoever is signed in; every other session of theirs ends, this one goes on renewed. */
export const changePassword = (passwords: components["schemas"]["PasswordChange"]): Promise<Session> =>
  call(api.POST("/auth/password", { body: passwords }));

/** Begins a second factor; it is in force once a code of it is confirmed. */
export const beginSecondFactor = () => call(api.POST("/auth/second-factor"));

/** Puts the second factor in force; gives the recovery codes, this once. */
export const confirmSecondFactor = (code: string) => call(api.POST("/auth/second-factor/confirmations", { body: { code } }));

/** Keeps this session (null: nobody's) and nothing of what the person before was shown. */
export function forgetAllBut(queries: QueryClient, session: Session | null): void {
  const { queryKey } = sessionQuery();
  queries.removeQueries({ predicate: (query) => query.queryKey[0] !== queryKey[0] });
  queries.setQueryData(queryKey, session);
}

function nullIfSignedOut(error: unknown): null {
  if (error instanceof ProblemError && error.status === 401) return null;
  throw error;
}
