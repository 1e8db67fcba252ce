import { Badge, Drawer, Group, Progress, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconProgressCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { isRunning, jobsQuery } from "@/customers/shared/services/overviewService";
import type { Job } from "@/customers/shared/types/customer-types";
import { useFormat } from "@/lib/format";
import { EmptyState, ErrorState, LinesSkeleton, PartialState } from "@/ui/states";

const COLORS: Record<string, string> = { queued: "gray", running: "bottle", succeeded: "bottle", failed: "red", cancelled: "gray" };

/** Long work of all services and how far it is: imports, exports, recomputations. */
export default function JobsDrawer({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const jobs = useQuery(jobsQuery());
  const retry = () => void jobs.refetch();
  const away = jobs.data?.unavailable.filter(({ reason }) => ["away", "slow", "broken"].includes(reason)).map(({ service }) => service) ?? [];
  return (
    <Drawer opened onClose={onClose} position="right" title={t("jobs.title")} size={420} closeButtonProps={{ "aria-label": t("actions.close") }}>
      {jobs.error && !jobs.data ? <ErrorState error={jobs.error} retry={retry} /> : null}
      {jobs.isPending ? <LinesSkeleton lines={4} height={44} /> : null}
      {away.length ? (
        <PartialState retry={retry}>{t("jobs.partial", { services: new Intl.ListFormat(i18n.language).format(away) })}</PartialState>
      ) : null}
      {jobs.data?.items.length === 0 ? (
        <EmptyState icon={IconProgressCheck} title={t("jobs.none")}>
          {t("jobs.noneDetail")}
        </EmptyState>
      ) : null}
      <Stack gap="lg" component="ul" p={0} m={0} style={{ listStyle: "none" }}>
        {jobs.data?.items.map((job) => (
          <li key={job.id}>
            <JobLine job={job} />
          </li>
        ))}
      </Stack>
    </Drawer>
  );
}

function JobLine({ job }: { job: Job }) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = job.total ? Math.round((100 * (job.done ?? 0)) / job.total) : null;
  const name = t(`jobs.kinds.${job.kind as "import"}`, { defaultValue: job.kind.replaceAll("_", " ") });
  return (
    <Stack gap={6}>
      <Group justify="space-between" wrap="nowrap">
        <Text fw={600} size="sm">
          {name}
        </Text>
        <Badge color={COLORS[job.state] ?? "gray"}>{t(`jobs.states.${job.state as "running"}`, { defaultValue: job.state })}</Badge>
      </Group>
      {isRunning(job) ? <Progress value={share ?? 100} animated={share === null} aria-label={t("jobs.progress", { name })} /> : null}
      <Text size="xs" c="dimmed" className="tabular">
        {job.total ? t("jobs.done", { done: format.number(job.done), total: format.number(job.total) }) : null} {format.ago(job.created_at)}
      </Text>
    </Stack>
  );
}
