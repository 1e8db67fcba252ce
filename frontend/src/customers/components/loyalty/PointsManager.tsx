import { Group, Stack, Text } from "@mantine/core";
import { IconCoins } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { PointsEntry } from "@/customers/shared/types/customer-types";
import { type Formatter, useFormat } from "@/lib/format";
import type { ListChange, ListState } from "@/lib/urlState";
import { type Column, DataTable, type PageOfRows } from "@/ui/DataTable";
import { EmptyState } from "@/ui/states";

interface PointsManagerProps {
  page: PageOfRows<PointsEntry>;
  list?: [ListState, (change: ListChange, replace?: boolean) => void];
}

/** The ledger of a guest's points, the latest first. */
export function PointsManager({ page, list }: PointsManagerProps) {
  const { t } = useTranslation("guests");
  const format = useFormat();
  const columns = useMemo<Column<PointsEntry>[]>(
    () => [
      { id: "at", header: t("points.when"), cell: ({ row }) => format.moment(row.original.occurred_at) },
      { id: "kind", header: t("points.kind"), cell: ({ row }) => t(`points.kinds.${row.original.kind}`) },
      { id: "reason", header: t("points.reason"), cell: ({ row }) => row.original.reason ?? "" },
      { id: "expires", header: t("points.expires"), cell: ({ row }) => (row.original.expires_on ? format.day(row.original.expires_on) : "") },
      { id: "points", header: t("points.points"), meta: { align: "end" }, cell: ({ row }) => signed(row.original.points, format.number) },
    ],
    [t, format],
  );
  return (
    <DataTable
      label={t("points.title")}
      columns={columns}
      page={page}
      list={list}
      rowId={(entry) => entry.id}
      card={(entry) => (
        <Group justify="space-between" wrap="nowrap">
          <Stack gap={2}>
            <Text size="sm" fw={600}>
              {t(`points.kinds.${entry.kind}`)}
            </Text>
            <Text size="sm" c="dimmed">
              {[format.moment(entry.occurred_at), entry.reason].filter(Boolean).join(" · ")}
            </Text>
          </Stack>
          <Text className="tabular" fw={600}>
            {signed(entry.points, format.number)}
          </Text>
        </Group>
      )}
      empty={
        <EmptyState icon={IconCoins} title={t("points.none")}>
          {t("points.noneDetail")}
        </EmptyState>
      }
    />
  );
}

function signed(points: number | undefined, number: Formatter["number"]): string {
  return points && points > 0 ? `+${number(points)}` : number(points);
}
