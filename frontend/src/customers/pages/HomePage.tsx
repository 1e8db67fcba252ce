import { Grid, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { dashboardQuery } from "@/customers/shared/services/overviewService";
import { type Role, usePermissions, useSession } from "@/lib/session";
import { Page } from "@/ui/Page";
import { ErrorState } from "@/ui/states";
import { FindGuest } from "./home/FindGuest";
import { NewestGuests } from "./home/NewestGuests";
import { SuccessMetrics } from "./home/SuccessMetrics";
import { Tiles } from "./home/Tiles";
import { UnclearRecords } from "./home/UnclearRecords";
import { MissingParts } from "./profile/MissingParts";

const NOON = 12;
const EVENING = 18;

/** Where a day begins: for each role what it came for. */
export default function HomePage() {
  const { t } = useTranslation("home");
  const { staff } = useSession();
  const { may } = usePermissions();
  const dashboard = useQuery(dashboardQuery());
  const hour = new Date().getHours();
  const greeting = t(`greeting.${hour < NOON ? "morning" : hour < EVENING ? "afternoon" : "evening"}`);
  const name = staff.name.split(" ")[0];
  const retry = () => void dashboard.refetch();
  const figures = dashboard.error && !dashboard.data ? <ErrorState compact error={dashboard.error} retry={retry} /> : <Tiles tiles={dashboard.data?.tiles} />;
  const success = dashboard.error ? null : <SuccessMetrics metrics={dashboard.data?.success_metrics} />;
  const unclear = may("get /orders") ? <UnclearRecords /> : null;
  const { main, side, isFindingFirst } = layout(staff.role, { success, unclear });
  return (
    <Page title={name ? t("greeting.named", { greeting, name }) : greeting} lead={t(`lead.${staff.role}`)}>
      {isFindingFirst ? <FindGuest /> : null}
      {dashboard.data ? <MissingParts parts={dashboard.data.unavailable} retry={retry} /> : null}
      {figures}
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Stack gap="lg">{main}</Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Stack gap="lg">{side}</Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

interface Pieces {
  success: ReactNode;
  unclear: ReactNode;
}

/** Gives each role its own order: a host finds guests, a manager decides, owner and marketing manager watch the aims. */
function layout(role: Role, { success, unclear }: Pieces): { main: ReactNode; side: ReactNode; isFindingFirst: boolean } {
  if (role === "host") return { main: <NewestGuests />, side: null, isFindingFirst: true };
  if (role === "manager") return { main: unclear, side: <NewestGuests />, isFindingFirst: true };
  const side = (
    <>
      <NewestGuests />
      {role === "owner" ? unclear : null}
    </>
  );
  return { main: success, side, isFindingFirst: false };
}
