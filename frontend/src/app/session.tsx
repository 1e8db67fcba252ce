import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo } from "react";
import { Navigate, useLocation } from "react-router";
import { organisationQuery } from "@/customers/shared/services/crmService";
import { HouseContext } from "@/lib/format";
import { setCsrfToken, whenSignedOut } from "@/lib/http";
import { type Session, SessionContext } from "@/lib/session";
import { sessionQuery } from "@/lib/sessionService";
import { ErrorState, PageLoading } from "@/ui/states";

/** Lets in who is signed in; sends others to the sign-in page, which brings them back to where they wanted. */
export function SignedIn({ children }: { children: ReactNode }) {
  const location = useLocation();
  const queries = useQueryClient();
  const session = useQuery(sessionQuery());
  useEffect(() => whenSignedOut(() => queries.setQueryData(sessionQuery().queryKey, null)), [queries]);
  setCsrfToken(session.data?.csrf_token ?? "");
  if (session.error) return <ErrorState error={session.error} retry={() => void session.refetch()} />;
  if (session.isPending) return <PageLoading />;
  const here = location.pathname + location.search;
  if (!session.data) return <Navigate to="/sign-in" replace state={{ from: here }} />;
  const duty = dutyOf(session.data);
  if (duty && location.pathname !== duty) return <Navigate to={duty} replace state={{ from: here }} />;
  return (
    <SessionContext value={session.data}>
      <AtHouse>{children}</AtHouse>
    </SessionContext>
  );
}

function AtHouse({ children }: { children: ReactNode }) {
  const { data } = useQuery(organisationQuery());
  const house = useMemo(() => ({ currency: data?.currency ?? "USD", zone: data?.default_zone ?? "UTC" }), [data]);
  return <HouseContext value={house}>{children}</HouseContext>;
}

/** Gives the page that somebody must deal with before any other. */
function dutyOf({ staff }: Session): string | null {
  if (staff.must_change_password) return "/new-password";
  return staff.must_add_second_factor ? "/second-factor" : null;
}
