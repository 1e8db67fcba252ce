import { List, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconChecks } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { unclearOrdersQuery, unclearReservationsQuery } from "@/customers/shared/services/crmService";
import { useFormat } from "@/lib/format";
import { usePermissions } from "@/lib/session";
import { Panel } from "@/ui/Panel";
import { EmptyState, ErrorState, LinesSkeleton } from "@/ui/states";

/** Orders and reservations of which nobody knows whose they are. */
export function UnclearRecords() {
  const { t } = useTranslation("home");
  const { may } = usePermissions();
  const format = useFormat();
  const orders = useQuery({ ...unclearOrdersQuery(), enabled: may("get /orders") });
  const reservations = useQuery({ ...unclearReservationsQuery(), enabled: may("get /reservations") });
  const lines = [
    ...(orders.data?.items ?? []).map((order) => ({
      id: order.id,
      text: t("unclear.order", { amount: format.money(order.total_minor, order.currency), when: format.moment(order.placed_at) }),
    })),
    ...(reservations.data?.items ?? []).map((reservation) => ({
      id: reservation.id,
      text: t("unclear.reservation", { count: reservation.party_size, when: format.moment(reservation.starts_at) }),
    })),
  ];
  const error = orders.error ?? reservations.error;
  return (
    <Panel title={t("unclear.title")} hint={t("unclear.hint")}>
      {error ? <ErrorState compact error={error} retry={() => void orders.refetch()} /> : null}
      {orders.isLoading || reservations.isLoading ? <LinesSkeleton lines={2} /> : null}
      {!error && !orders.isLoading && !reservations.isLoading && !lines.length ? (
        <EmptyState icon={IconChecks} title={t("unclear.none")}>
          {t("unclear.noneDetail")}
        </EmptyState>
      ) : null}
      <List spacing="xs" size="sm">
        {lines.map(({ id, text }) => (
          <List.Item key={id}>
            <Text size="sm">{text}</Text>
          </List.Item>
        ))}
      </List>
    </Panel>
  );
}
