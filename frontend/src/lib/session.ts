import { createContext, useContext, useMemo } from "react";
import { OPERATION_ROLES } from "@/api/roles.gen";
import type { components } from "@/api/schema.gen";

/** Who is signed in, what they see, and until when; the gateway's own words. */
export type Session = components["schemas"]["Session"];
export type Role = Session["staff"]["role"];
export type DataClass = Session["sees"][number];

/** An operation of the API, e.g. `get /staff`. */
export type Operation = keyof typeof OPERATION_ROLES;

export const SessionContext = createContext<Session | null>(null);

/** Gives the session; only what is shown to someone signed in may ask. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("nobody is signed in here");
  return session;
}

export interface Permissions {
  /** Says whether this person's role may call the operation. */
  may: (operation: Operation) => boolean;
  /** Says whether this person's role sees the class of data. */
  sees: (dataClass: DataClass) => boolean;
}

/** Tells what the person who is signed in may do and see; the gateway decides the same again at every request. */
export function usePermissions(): Permissions {
  const { staff, sees } = useSession();
  return useMemo(() => permissions(staff.role, sees), [staff.role, sees]);
}

/** Tells what a role may do and see. */
export function permissions(role: Role, sees: readonly DataClass[]): Permissions {
  return {
    may: (operation) => (OPERATION_ROLES[operation] as readonly string[]).includes(role),
    sees: (dataClass) => sees.includes(dataClass),
  };
}
