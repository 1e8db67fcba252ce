import { IconHome, IconId, IconUsers, type TablerIcon } from "@tabler/icons-react";
import type { Operation, Permissions } from "@/lib/session";

/** A place of the console, and the operation without which it is of no use to somebody. */
export interface Place {
  to: string;
  label: "nav.home" | "nav.guests" | "nav.staff";
  icon: TablerIcon;
  needs?: Operation;
}

/** THE list of places: navigation, bottom bar and command palette all show it, each as far as the role may go. */
export const PLACES: readonly Place[] = [
  { to: "/", label: "nav.home", icon: IconHome },
  { to: "/guests", label: "nav.guests", icon: IconUsers, needs: "get /customers" },
  { to: "/settings/staff", label: "nav.staff", icon: IconId, needs: "get /staff" },
];

/** Gives the places where this person has something to do. */
export function placesFor({ may }: Permissions): Place[] {
  return PLACES.filter(({ needs }) => !needs || may(needs));
}
