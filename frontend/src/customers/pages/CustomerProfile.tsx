import { Anchor, Button, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconArrowLeft, IconPencil } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import { CustomerProfile as ProfileHeader } from "@/customers/components/database/CustomerProfile";
import { OrderHistory } from "@/customers/components/database/OrderHistory";
import { ReservationHistory } from "@/customers/components/database/ReservationHistory";
import { PointsManager } from "@/customers/components/loyalty/PointsManager";
import { ordersQuery, profileQuery, reservationsQuery } from "@/customers/shared/services/crmService";
import { entriesQuery } from "@/customers/shared/services/loyaltyService";
import type { Profile } from "@/customers/shared/types/customer-types";
import { type Operation, usePermissions } from "@/lib/session";
import { useListState } from "@/lib/urlState";
import { useDocumentTitle } from "@/ui/Page";
import { ErrorState } from "@/ui/states";
import { GuestTimeline } from "./profile/GuestTimeline";
import { ProfileOverview } from "./profile/ProfileOverview";
import { ProfileSkeleton } from "./profile/ProfileSkeleton";

const GuestEditor = lazy(() => import("@/customers/components/database/GuestEditor"));

const TABS = { overview: null, timeline: "get /customers/{customer_id}/timeline", orders: "get /customers/{customer_id}/orders", reservations: "get /customers/{customer_id}/reservations", points: "get /loyalty/members/{customer_id}/entries" } as const satisfies Record<string, Operation | null>; // prettier-ignore
type Tab = keyof typeof TABS;

/** One guest: who they are, what must not be served, what their visits add up to, and all that happened. */
export default function CustomerProfile() {
  const { customerId = "" } = useParams();
  const profile = useQuery(profileQuery(customerId));
  if (profile.error && !profile.data) return <ErrorState error={profile.error} retry={() => void profile.refetch()} />;
  if (!profile.data) return <ProfileSkeleton />;
  return <Loaded profile={profile.data} retry={() => void profile.refetch()} />;
}

function Loaded({ profile, retry }: { profile: Profile; retry: () => void }) {
  const { t } = useTranslation(["guests", "common"]);
  const { may } = usePermissions();
  const [params] = useSearchParams();
  const [isEditing, setEditing] = useState(false);
  const { guest, loyalty } = profile.parts;
  const tabs = (Object.keys(TABS) as Tab[]).filter((name) => TABS[name] === null || may(TABS[name]));
  const tab = tabs.find((name) => name === params.get("tab")) ?? "overview";
  useDocumentTitle(guest?.name ?? t("unnamed"));
  return (
    <>
      <Anchor component={Link} to="/guests" size="sm" display="inline-flex" mb="md" style={{ alignItems: "center", gap: 6 }}>
        <IconArrowLeft size={16} aria-hidden />
        {t("list.title")}
      </Anchor>
      {guest ? (
        <ProfileHeader
          guest={guest}
          tier={loyalty?.tier}
          actions={
            may("patch /customers/{customer_id}") ? (
              <Button variant="default" leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setEditing(true)}>
                {t("common:actions.edit")}
              </Button>
            ) : null
          }
        />
      ) : null}
      <Tabs value={tab} mt="lg" keepMounted={false}>
        <Tabs.List style={{ flexWrap: "nowrap", overflowX: "auto" }}>
          {tabs.map((name) => (
            <Tabs.Tab key={name} value={name} renderRoot={(props) => <Link {...props} to={name === "overview" ? "." : `?tab=${name}`} replace role="tab" />}>
              {t(`tabs.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} pt="lg">
          {tab === "overview" ? <ProfileOverview profile={profile} retry={retry} /> : <History tab={tab} customerId={profile.customer_id} />}
        </Tabs.Panel>
      </Tabs>
      {isEditing ? (
        <Suspense fallback={null}>
          <GuestEditor customerId={profile.customer_id} onClose={() => setEditing(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

function History({ tab, customerId }: { tab: Exclude<Tab, "overview">; customerId: string }) {
  if (tab === "timeline") return <GuestTimeline customerId={customerId} />;
  if (tab === "orders") return <Orders customerId={customerId} />;
  return tab === "reservations" ? <Reservations customerId={customerId} /> : <Points customerId={customerId} />;
}

function Orders({ customerId }: { customerId: string }) {
  const list = useListState();
  return <OrderHistory page={useQuery(ordersQuery(customerId, list[0].cursor, list[0].limit))} list={list} />;
}

function Reservations({ customerId }: { customerId: string }) {
  const list = useListState();
  return <ReservationHistory page={useQuery(reservationsQuery(customerId, list[0].cursor, list[0].limit))} list={list} />;
}

function Points({ customerId }: { customerId: string }) {
  const list = useListState();
  return <PointsManager page={useQuery(entriesQuery(customerId, list[0].cursor, list[0].limit))} list={list} />;
}
