import { Anchor, Grid, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { AboutGuest } from "@/customers/components/database/CustomerProfile";
import { LifetimeValue } from "@/customers/components/database/LifetimeValue";
import { OrderHistory } from "@/customers/components/database/OrderHistory";
import { ReservationHistory } from "@/customers/components/database/ReservationHistory";
import { TierProgress } from "@/customers/components/loyalty/TierProgress";
import type { Profile } from "@/customers/shared/types/customer-types";
import { Panel } from "@/ui/Panel";
import { MissingParts } from "./MissingParts";

const RECENT = 5;

/** A guest's 360° view, part by part; a part that is missing is said to be, the others are shown. */
export function ProfileOverview({ profile, retry }: { profile: Profile; retry: () => void }) {
  const { t } = useTranslation("guests");
  const { guest, metrics, orders, reservations, loyalty } = profile.parts;
  return (
    <Stack gap="lg">
      <MissingParts parts={profile.unavailable} retry={retry} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack gap="lg">
            {metrics ? <LifetimeValue metrics={metrics} /> : null}
            {orders ? (
              <Panel title={t("orders.recent")} action={orders.items.length ? <AllOf tab="orders" /> : null} flush>
                <OrderHistory page={shownAs(orders.items)} />
              </Panel>
            ) : null}
            {reservations ? (
              <Panel title={t("reservations.recent")} action={reservations.items.length ? <AllOf tab="reservations" /> : null} flush>
                <ReservationHistory page={shownAs(reservations.items)} />
              </Panel>
            ) : null}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Stack gap="lg">
            {loyalty ? <TierProgress member={loyalty} /> : null}
            {guest ? <AboutGuest guest={guest} /> : null}
          </Stack>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function AllOf({ tab }: { tab: "orders" | "reservations" }) {
  const { t } = useTranslation("guests");
  return (
    <Anchor component={Link} to={`?tab=${tab}`} replace size="sm" aria-label={t(`${tab}.allLabel`)}>
      {t("showAll")}
    </Anchor>
  );
}

/** Gives rows that are there already the shape of a fetched page. */
function shownAs<Row>(items: Row[]) {
  return { data: { items: items.slice(0, RECENT) }, error: null, refetch: () => undefined };
}
