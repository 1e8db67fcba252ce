import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Timeline } from "@/customers/components/database/Timeline";
import { timelineQuery } from "@/customers/shared/services/overviewService";
import { Panel } from "@/ui/Panel";
import { ErrorState, LinesSkeleton } from "@/ui/states";
import { MissingParts } from "./MissingParts";

/** A guest's timeline, page after page. */
export function GuestTimeline({ customerId }: { customerId: string }) {
  const { t } = useTranslation("guests");
  const timeline = useInfiniteQuery(timelineQuery(customerId));
  const retry = () => void timeline.refetch();
  if (timeline.error && !timeline.data) return <ErrorState error={timeline.error} retry={retry} />;
  const pages = timeline.data?.pages ?? [];
  return (
    <Panel title={t("tabs.timeline")}>
      <MissingParts parts={pages.flatMap(({ unavailable }) => unavailable)} retry={retry} />
      {timeline.isPending ? <LinesSkeleton lines={8} height={28} /> : null}
      {timeline.data ? (
        <Timeline
          items={pages.flatMap(({ items }) => items)}
          onMore={timeline.hasNextPage ? () => void timeline.fetchNextPage() : undefined}
          isFetchingMore={timeline.isFetchingNextPage}
        />
      ) : null}
    </Panel>
  );
}
