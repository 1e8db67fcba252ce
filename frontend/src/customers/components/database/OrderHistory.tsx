import { Badge, Group, Stack, Text } from "@mantine/core";
import { IconReceipt } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Order } from "@/customers/shared/types/customer-types";
import { useFormat } from "@/lib/format";
import type { ListChange, ListState } from "@/lib/urlState";
import { type Column, DataTable, type PageOfRows } from "@/ui/DataTable";
import { EmptyState } from "@/ui/states";

const NAMED = 3;

interface OrderHistoryProps {
  page: PageOfRows<Order>;
  list?: [ListState, (change: ListChange, replace?: boolean) => void];
}

/** Orders, the latest first: when, what, how much of it counts as spend. */
export function OrderHistory({ page, list }: OrderHistoryProps) {
  const { t } = useTranslation("guests");
  const format = useFormat();
  const columns = useMemo<Column<Order>[]>(
    () => [
      { id: "placed", header: t("orders.when"), cell: ({ row }) => format.moment(row.original.placed_at) },
      { id: "items", header: t("orders.what"), cell: ({ row }) => <Text size="sm" lineClamp={2} maw={360}>{dishes(row.original)}</Text> },
      { id: "channel", header: t("orders.channel"), cell: ({ row }) => t(`orders.channels.${row.original.channel as "dine_in"}`) },
      { id: "state", header: t("orders.state"), cell: ({ row }) => <OrderState order={row.original} /> },
      { id: "spend", header: t("orders.spend"), meta: { align: "end" }, cell: ({ row }) => format.money(row.original.spend_minor, row.original.currency) },
    ],
    [t, format],
  );
  return (
    <DataTable
      label={t("orders.title")}
      columns={columns}
      page={page}
      list={list}
      rowId={(order) => order.id}
      card={(order) => (
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Stack gap={2} miw={0}>
            <Text size="sm" fw={600}>
              {format.moment(order.placed_at)}
            </Text>
            <Text size="sm" c="dimmed" lineClamp={2}>
              {dishes(order)}
            </Text>
            <OrderState order={order} />
          </Stack>
          <Text className="tabular" fw={600}>
            {format.money(order.spend_minor, order.currency)}
          </Text>
        </Group>
      )}
      empty={
        <EmptyState icon={IconReceipt} title={t("orders.none")}>
          {t("orders.noneDetail")}
        </EmptyState>
      }
    />
  );
}

function OrderState({ order }: { order: Order }) {
  const { t } = useTranslation("guests");
  if ((order.refunded_minor ?? 0) > 0) return <Badge color="brass">{t("orders.states.refunded")}</Badge>;
  if (order.status === "paid") return <Text size="sm" c="dimmed">{t("orders.states.paid")}</Text>;
  return <Badge color={order.status === "void" ? "red" : "gray"}>{t(`orders.states.${order.status as "open"}`)}</Badge>;
}

function dishes({ lines }: Order): string {
  const named = lines.slice(0, NAMED).map(({ name, quantity }) => (quantity > 1 ? `${quantity} × ${name}` : name));
  return lines.length > NAMED ? `${named.join(", ")} +${lines.length - NAMED}` : named.join(", ");
}
