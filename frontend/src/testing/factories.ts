import type { components } from "@/api/schema.gen";

type Schemas = components["schemas"];

export const GUEST_ID = "0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50";

/** A guest who could exist, with what a test cares about put in. */
export function aGuest(changes: Partial<Schemas["Guest"]> = {}): Schemas["Guest"] {
  return {
    id: GUEST_ID,
    name: "Ana Garcia",
    emails: [{ address: "ana@example.com", is_primary: true }],
    phones: [{ number: "+12125550100" }],
    external_ids: [],
    birthday: null,
    anniversary: null,
    tags: ["regular"],
    acquisition_source: null,
    dietary: [],
    reachable: { email: true, phone: true },
    created_at: "2026-03-01T18:30:00Z",
    version: 1,
    ...changes,
  };
}

/** A session of somebody in that role. */
export function aSession(changes: Partial<Schemas["SessionStaff"]> = {}, sees?: Schemas["Session"]["sees"]): Schemas["Session"] {
  return {
    id: "0190a6b2-7c1e-7d3a-9f00-000000000001",
    staff: {
      id: "0190a6b2-7c1e-7d3a-9f00-000000000002",
      email: "owner@example.com",
      name: "Olivia Owner",
      role: "owner",
      location_ids: null,
      has_second_factor: false,
      must_change_password: false,
      must_add_second_factor: false,
      ...changes,
    },
    sees: sees ?? ["contact", "dietary", "spend", "bookings", "notes", "loyalty", "engagement"],
    csrf_token: "csrf-of-this-session",
    expires_at: "2026-03-02T18:30:00Z",
    idle_minutes: 120,
  };
}

/** A profile with every part there. */
export function aProfile(changes: Partial<Schemas["Profile"]> = {}): Schemas["Profile"] {
  return {
    customer_id: GUEST_ID,
    parts: { guest: aGuest(), orders: { items: [] }, reservations: { items: [] }, ...changes.parts },
    unavailable: changes.unavailable ?? [],
    as_of: "2026-03-14T18:30:00Z",
  };
}

/** The restaurant. */
export function anOrganisation(): Schemas["Organisation"] {
  return {
    name: "Trattoria Garcia",
    countries: ["US"],
    currency: "USD",
    postal_address: null,
    default_zone: "America/New_York",
    business_day_starts_at: "04:00",
    spend_includes_tax: false,
    version: 1,
  };
}

/** A dashboard without figures. */
export function aDashboard(changes: Partial<Schemas["Dashboard"]> = {}): Schemas["Dashboard"] {
  return { persona: "owner", success_metrics: [], tiles: [], unavailable: [], as_of: "2026-03-14T18:30:00Z", ...changes };
}

/** A guest whom a search box suggests. */
export function aSuggestion(): Schemas["SearchSuggestions"]["items"][number] {
  return { kind: "customer", id: GUEST_ID, label: "Ana Garcia", tags: [], phone_ends: "00", service: "customer" };
}
