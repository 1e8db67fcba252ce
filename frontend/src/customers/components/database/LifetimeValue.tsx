import { useTranslation } from "react-i18next";
import type { Metrics } from "@/customers/shared/types/customer-types";
import { useFormat } from "@/lib/format";
import { Figure } from "@/ui/Figure";
import { Figures } from "@/ui/Figures";
import { Panel } from "@/ui/Panel";

/** What a guest's visits add up to, each figure with its definition. */
export function LifetimeValue({ metrics }: { metrics: Metrics }) {
  const { t } = useTranslation("guests");
  const format = useFormat();
  const money = (minor: number | null | undefined) => format.money(minor, metrics.currency);
  return (
    <Panel title={t("value.title")}>
      <Figures>
        <Figure label={t("value.spend")} value={money(metrics.spend_minor)} note={t("value.spendNote", { count: metrics.orders })} />
        <Figure label={t("value.average")} value={money(metrics.average_order_value_minor)} note={t("value.averageNote")} />
        <Figure label={t("value.visits")} value={format.number(metrics.visits)} note={t("value.visitsNote", { count: metrics.visits_per_month })} />
        <Figure
          label={t("value.last")}
          value={metrics.last_visit_on ? format.daysAgo(metrics.days_since_last_visit) : t("value.never")}
          note={metrics.last_visit_on ? format.day(metrics.last_visit_on) : undefined}
        />
      </Figures>
    </Panel>
  );
}
