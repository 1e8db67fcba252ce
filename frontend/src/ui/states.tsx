import { Alert, Button, Center, Group, Loader, Skeleton, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCloudOff, IconLock, IconMoodEmpty, type TablerIcon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isPassing, ProblemError, UnreachableError } from "@/lib/problem";

interface EmptyProps {
  title: string;
  children?: ReactNode;
  icon?: TablerIcon;
  action?: ReactNode;
}

/** Says that there is nothing, why, and what can be done about it. */
export function EmptyState({ title, children, icon: Icon = IconMoodEmpty, action }: EmptyProps) {
  return (
    <Stack align="center" gap="xs" py={48} px="md" ta="center">
      <Icon size={36} stroke={1.3} color="var(--maitre-brass)" aria-hidden />
      <Text ff="heading" fz="h3" fw={540} lh={1.3}>
        {title}
      </Text>
      {children ? (
        <Text c="dimmed" maw={420} size="sm">
          {children}
        </Text>
      ) : null}
      {action}
    </Stack>
  );
}

interface ErrorProps {
  error: unknown;
  retry?: () => void;
  /** For a small place inside a page: one line, no icon. */
  compact?: boolean;
}

/** Says what went wrong in words a person can act on, and offers to try again where that may help. */
export function ErrorState({ error, retry, compact = false }: ErrorProps) {
  const { t } = useTranslation();
  const { title, detail, icon: Icon } = useWords(error);
  const again =
    retry && (isPassing(error) || !(error instanceof ProblemError)) ? (
      <Button variant="default" size="xs" onClick={retry}>
        {t("states.retry")}
      </Button>
    ) : null;
  if (compact) {
    return (
      <Group role="alert" gap="sm" justify="space-between" wrap="nowrap">
        <Text size="sm" c="dimmed">
          {title} {detail}
        </Text>
        {again}
      </Group>
    );
  }
  return (
    <div role="alert">
      <EmptyState title={title} icon={Icon} action={again}>
        {detail}
      </EmptyState>
    </div>
  );
}

function useWords(error: unknown): { title: string; detail: string; icon: TablerIcon } {
  const { t } = useTranslation();
  if (error instanceof UnreachableError) {
    return { title: t("states.unreachable"), detail: t("states.unreachableDetail"), icon: IconCloudOff };
  }
  if (error instanceof ProblemError) {
    if (error.status === 403) return { title: t("states.forbidden"), detail: error.message, icon: IconLock };
    if (error.status === 404) return { title: t("states.notFound"), detail: t("states.notFoundDetail"), icon: IconMoodEmpty };
    return { title: t("states.failed"), detail: error.message, icon: IconAlertTriangle };
  }
  return { title: t("states.broken"), detail: t("states.brokenDetail"), icon: IconAlertTriangle };
}

/** Says which parts are missing while the rest is shown. */
export function PartialState({ children, retry }: { children: ReactNode; retry?: () => void }) {
  const { t } = useTranslation();
  return (
    <Alert role="status" variant="light" color="brass" icon={<IconCloudOff aria-hidden />} title={t("states.partial")}>
      <Group justify="space-between" gap="sm">
        <Text size="sm">{children}</Text>
        {retry ? (
          <Button size="xs" variant="default" onClick={retry}>
            {t("states.retry")}
          </Button>
        ) : null}
      </Group>
    </Alert>
  );
}

/** Holds the place of lines of text that are on their way. */
export function LinesSkeleton({ lines = 3, height = 14 }: { lines?: number; height?: number }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" role="status" aria-label={t("states.loading")}>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={height} width={line === lines - 1 && lines > 1 ? "60%" : "100%"} />
      ))}
    </Stack>
  );
}

/** Holds the place of a whole page whose code is on its way. */
export function PageLoading() {
  const { t } = useTranslation();
  return (
    <Center h="60vh" role="status" aria-label={t("states.loading")}>
      <Loader type="dots" />
    </Center>
  );
}
