import { Badge, Group, Stack, Text } from "@mantine/core";
import { IconCalendarOff } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Reservation } from "@/customers/shared/types/customer-types";
import { useFormat } from "@/lib/format";
import type { ListChange, ListState } from "@/lib/urlState";
import { type Column, DataTable, type PageOfRows } from "@/ui/DataTable";
import { EmptyState } from "@/ui/states";

const COLORS: Record<NonNullable<Reservation["status"]>, string> = {
  booked: "bottle",
  seated: "bottle",
  completed: "gray",
  cancelled: "gray",
  no_show: "red",
};

interface ReservationHistoryProps {
  page: PageOfRows<Reservation>;
  list?: [ListState, (change: ListChange, replace?: boolean) => void];
}

/** Reservations, the latest first: when, for how many, where, what was asked for, and whether they came. */
export function ReservationHistory({ page, list }: ReservationHistoryProps) {
  const { t } = useTranslation("guests");
  const format = useFormat();
  const columns = useMemo<Column<Reservation>[]>(
    () => [
      { id: "starts", header: t("reservations.when"), cell: ({ row }) => format.moment(row.original.starts_at) },
      { id: "party", header: t("reservations.party"), meta: { align: "end" }, cell: ({ row }) => format.number(row.original.party_size) },
      { id: "area", header: t("reservations.area"), cell: ({ row }) => row.original.area ?? "" },
      { id: "wishes", header: t("reservations.wishes"), cell: ({ row }) => <Text size="sm" lineClamp={2} maw={320}>{wishes(row.original)}</Text> },
      { id: "state", header: t("reservations.state"), cell: ({ row }) => <ReservationState reservation={row.original} /> },
    ],
    [t, format],
  );
  return (
    <DataTable
      label={t("reservations.title")}
      columns={columns}
      page={page}
      list={list}
      rowId={(reservation) => reservation.id}
      card={(reservation) => (
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Stack gap={2} miw={0}>
            <Text size="sm" fw={600}>
              {format.moment(reservation.starts_at)}
            </Text>
            <Text size="sm" c="dimmed">
              {[t("reservations.guests", { count: reservation.party_size ?? 0 }), reservation.area].filter(Boolean).join(" · ")}
            </Text>
            {wishes(reservation) ? <Text size="sm">{wishes(reservation)}</Text> : null}
          </Stack>
          <ReservationState reservation={reservation} />
        </Group>
      )}
      empty={
        <EmptyState icon={IconCalendarOff} title={t("reservations.none")}>
          {t("reservations.noneDetail")}
        </EmptyState>
      }
    />
  );
}

function ReservationState({ reservation: { status } }: { reservation: Reservation }) {
  const { t } = useTranslation("guests");
  if (!status) return null;
  return <Badge color={COLORS[status]}>{t(`reservations.states.${status}`)}</Badge>;
}

function wishes({ occasion, requests }: Reservation): string {
  return [occasion, requests].filter(Boolean).join(": ");
}
