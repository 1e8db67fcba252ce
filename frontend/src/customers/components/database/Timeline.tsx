import { Button, Stack, Text, ThemeIcon, Timeline as Line } from "@mantine/core";
import { IconCalendar, IconCoins, IconHistory, IconReceipt, IconUserPlus, type TablerIcon } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { TimelineItem } from "@/customers/shared/types/customer-types";
import { type Formatter, useFormat } from "@/lib/format";
import { EmptyState } from "@/ui/states";

const ICONS: Record<string, TablerIcon> = { order: IconReceipt, reservation: IconCalendar, points: IconCoins, registered: IconUserPlus };

interface TimelineProps {
  items: TimelineItem[];
  /** Fetches what is older; absent: there is nothing older. */
  onMore?: (() => void) | undefined;
  isFetchingMore: boolean;
}

/** All that happened with a guest, of every service, the latest first. */
export function Timeline({ items, onMore, isFetchingMore }: TimelineProps) {
  const { t } = useTranslation("guests");
  const format = useFormat();
  if (!items.length) {
    return (
      <EmptyState icon={IconHistory} title={t("timeline.none")}>
        {t("timeline.noneDetail")}
      </EmptyState>
    );
  }
  return (
    <Stack gap="lg">
      <Line bulletSize={30} lineWidth={2}>
        {items.map((item) => {
          const Icon = ICONS[item.kind.split("_")[0] ?? ""] ?? IconHistory;
          return (
            <Line.Item
              key={`${item.service}:${item.id}`}
              bullet={
                <ThemeIcon size={28} radius="xl" variant="light" color={item.kind.includes("no_show") || item.kind.includes("void") ? "red" : "bottle"}>
                  <Icon size={16} stroke={1.7} aria-hidden />
                </ThemeIcon>
              }
              title={
                <Text fw={600} size="sm">
                  {t(`timeline.kinds.${item.kind}`, { defaultValue: item.kind })}
                </Text>
              }
            >
              <Text size="sm">{details(item, format, (count) => t("reservations.guests", { count }))}</Text>
              <Text size="xs" c="dimmed">
                <time dateTime={item.at}>{format.moment(item.at)}</time>
              </Text>
            </Line.Item>
          );
        })}
      </Line>
      {onMore ? (
        <Button variant="default" size="xs" onClick={onMore} loading={isFetchingMore} style={{ alignSelf: "flex-start" }}>
          {t("timeline.more")}
        </Button>
      ) : null}
    </Stack>
  );
}

/** Gives the figures of an entry, as far as this person may see them. */
function details(item: TimelineItem, format: Formatter, party: (count: number) => string): string {
  if (item.service === "loyalty") return item.points === undefined ? "" : `${item.points > 0 ? "+" : ""}${format.number(item.points)}`;
  const amount = item.refund_minor ?? item.total_minor;
  const parts = [
    amount === undefined ? "" : format.money(amount, item.currency),
    item.party_size === undefined ? "" : party(item.party_size),
    item.acquisition_source ?? "",
  ];
  return parts.filter(Boolean).join(" · ");
}
