import type { components } from "@/api/schema.gen";

type Schemas = components["schemas"];

export type Guest = Schemas["Guest"];
export type GuestChanges = Schemas["GuestChanges"];
export type Metrics = Schemas["Metrics"];
export type Order = Schemas["Order"];
export type Reservation = Schemas["Reservation"];
export type Member = Schemas["Member"];
export type PointsEntry = Schemas["Entry"];
export type DietaryNeed = Schemas["DietaryNeed"];
export type Profile = Schemas["Profile"];
export type UnavailablePart = Schemas["UnavailablePart"];
export type Day = Schemas["Day"];
export type DashboardMetric = Schemas["DashboardMetric"];
export type DashboardTile = Schemas["DashboardTile"];
export type Job = Schemas["Job"];
export type TimelineItem = Schemas["Timeline"]["items"][number];
