import { Grid, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Role, usePermissions, useSession } from "@/lib/session";
import { Page } from "@/ui/Page";
import { FindGuest } from "./home/FindGuest";
import { NewestGuests } from "./home/NewestGuests";
import { UnclearRecords } from "./home/UnclearRecords";

const NOON = 12;
const EVENING = 18;

/** Where a day begins: for each role what it came for. */
export default function HomePage() {
  const { t } = useTranslation("home");
  const { staff } = useSession();
  const { may } = usePermissions();
  const hour = new Date().getHours();
  const greeting = t(`greeting.${hour < NOON ? "morning" : hour < EVENING ? "afternoon" : "evening"}`);
  const name = staff.name.split(" ")[0];
  return (
    <Page title={name ? t("greeting.named", { greeting, name }) : greeting} lead={t(`lead.${staff.role}`)}>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Stack gap="lg">{mainPanels(staff.role, may("get /orders"))}</Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <NewestGuests />
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function mainPanels(role: Role, seesOrders: boolean) {
  if (role === "host" || !seesOrders) return <FindGuest />;
  return (
    <>
      <UnclearRecords />
      <FindGuest />
    </>
  );
}
