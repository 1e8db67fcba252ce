import { Box, Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";

interface PageProps {
  title: string;
  /** A line under the title. */
  lead?: ReactNode;
  /** What can be done here, at the right of the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** Frames one page: its title (the document's too), what it is for, its actions, its content. */
export function Page({ title, lead, actions, children }: PageProps) {
  useDocumentTitle(title);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start" gap="md">
        <Box miw={0}>
          <Title order={1} tabIndex={-1}>
            {title}
          </Title>
          {lead ? (
            <Text c="dimmed" mt={4} component="div">
              {lead}
            </Text>
          ) : null}
        </Box>
        {actions ? <Group gap="sm">{actions}</Group> : null}
      </Group>
      {children}
    </Stack>
  );
}

/** Names the page in the browser's tab and history. */
export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · Maître` : "Maître";
  }, [title]);
}
