import { ActionIcon, Indicator } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconProgress } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { isRunning, jobsQuery } from "@/customers/shared/services/overviewService";

const JobsDrawer = lazy(() => import("./JobsDrawer"));

/** Opens the drawer of long work; shows whether something runs. */
export function JobsButton() {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const jobs = useQuery(jobsQuery());
  const running = jobs.data?.items.filter(isRunning).length ?? 0;
  return (
    <>
      <Indicator disabled={!running} processing color="brass" offset={6}>
        <ActionIcon size="lg" onClick={() => setOpen(true)} aria-label={running ? t("jobs.openRunning", { count: running }) : t("jobs.open")}>
          <IconProgress size={21} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Indicator>
      {isOpen ? (
        <Suspense fallback={null}>
          <JobsDrawer onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
