import { Badge, Group, Skeleton, Stack, Text, Title, Tooltip, UnstyledButton } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { DashboardMetric } from "@/customers/shared/types/customer-types";
import { type Formatter, useFormat } from "@/lib/format";
import { Panel } from "@/ui/Panel";
import classes from "./SuccessMetrics.module.css";

const COLORS: Record<string, string> = { reached: "bottle", improving: "bottle", behind: "brass" };

/** Whether the house reaches what it set out for: each figure with its formula, where it stood, and its target. */
export function SuccessMetrics({ metrics }: { metrics: DashboardMetric[] | undefined }) {
  const { t } = useTranslation("home");
  const measured = metrics?.filter(({ value }) => value !== null);
  const waiting = metrics?.filter(({ value }) => value === null) ?? [];
  return (
    <Panel title={t("metrics.title")} hint={t("metrics.hint")}>
      <Stack gap="lg">
        {measured ? measured.map((metric) => <Metric key={metric.key} metric={metric} />) : <Skeleton height={180} />}
        {waiting.length ? (
          <div>
            <Text size="sm" fw={600} mb={4}>
              {t("metrics.waiting")}
            </Text>
            <ul className={classes.waiting}>
              {waiting.map((metric) => (
                <Waiting key={metric.key} metric={metric} />
              ))}
            </ul>
          </div>
        ) : null}
      </Stack>
    </Panel>
  );
}

function Metric({ metric }: { metric: DashboardMetric }) {
  const { t } = useTranslation("home");
  const format = useFormat();
  const { baseline, target, interval } = metric;
  const notes = [
    baseline ? t(`metrics.baseline.${baseline.basis as "year_earlier"}`, { value: written(metric, baseline.value, format), defaultValue: "" }) : "",
    target.value === null ? "" : t("metrics.target", { value: written(metric, target.value, format) }),
    interval ? t("metrics.interval", { low: written(metric, interval.low, format), high: written(metric, interval.high, format) }) : "",
  ];
  return (
    <div>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
        <Group gap={6} wrap="nowrap">
          <Title order={3} fz="sm" ff="text" fw={600}>
            {t(`metrics.names.${metric.key as "retention_rate"}`, { defaultValue: metric.label })}
          </Title>
          {metric.formula ? <Formula text={metric.formula} /> : null}
        </Group>
        <Badge color={COLORS[metric.status] ?? "gray"}>{t(`metrics.status.${metric.status as "reached"}`, { defaultValue: metric.status })}</Badge>
      </Group>
      <Text ff="heading" fz="1.75rem" fw={540} className="tabular" lh={1.3}>
        {written(metric, metric.value, format)}
      </Text>
      <Way metric={metric} />
      <Text size="xs" c="dimmed" className="tabular">
        {notes.filter(Boolean).join(" · ")}
      </Text>
    </div>
  );
}

/** How far the figure is on its way from where it stood to its target; the same is said in words below. */
function Way({ metric: { value, baseline, target } }: { metric: DashboardMetric }) {
  if (value === null || target.value === null) return null;
  const from = baseline?.value ?? 0;
  const top = Math.max(target.value, value, from) * 1.08;
  const low = Math.min(from, value) * 0.85;
  const place = (at: number) => `${Math.round((100 * (at - low)) / (top - low))}%`;
  return (
    <div className={classes.way} aria-hidden>
      <div className={classes.gone} style={{ width: place(value) }} />
      {baseline ? <div className={classes.before} style={{ left: place(from) }} /> : null}
      <div className={classes.goal} style={{ left: place(target.value) }} />
    </div>
  );
}

function Formula({ text }: { text: string }) {
  const { t } = useTranslation("home");
  return (
    <Tooltip label={<span lang="en">{text}</span>} multiline w={320} events={{ hover: true, focus: true, touch: true }}>
      <UnstyledButton aria-label={t("metrics.formula", { text })} className={classes.info}>
        <IconInfoCircle size={16} stroke={1.7} aria-hidden />
      </UnstyledButton>
    </Tooltip>
  );
}

function Waiting({ metric }: { metric: DashboardMetric }) {
  const { t } = useTranslation("home");
  const format = useFormat();
  const goal =
    metric.target.kind === "increase"
      ? t("metrics.goalIncrease", { by: format.percent(metric.target.by) })
      : t("metrics.goalAtLeast", { value: written(metric, metric.target.value, format) });
  const reason = t(`metrics.status.${metric.status as "no_data"}`, { defaultValue: metric.status });
  return (
    <li>
      <Text size="sm" c="dimmed">
        {`${t(`metrics.names.${metric.key as "retention_rate"}`, { defaultValue: metric.label })} (${goal}): ${reason}`}
      </Text>
    </li>
  );
}

function written({ unit }: DashboardMetric, value: number | null, format: Formatter): string {
  if (unit === "ratio") return format.percent(value);
  return unit === "minor" ? format.money(value) : format.figure(value);
}
