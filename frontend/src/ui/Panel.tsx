import { Card, Group, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";

interface PanelProps {
  title: string;
  /** What the figures in it mean, in a line. */
  hint?: ReactNode;
  /** A link or button at the right of the title. */
  action?: ReactNode;
  children: ReactNode;
  /** Content reaches the edges: for tables and lists. */
  flush?: boolean;
}

/** A titled part of a page. */
export function Panel({ title, hint, action, children, flush = false }: PanelProps) {
  const id = useId();
  return (
    <Card component="section" aria-labelledby={id} padding={flush ? 0 : "lg"} bg="var(--maitre-surface)">
      <Group justify="space-between" mb={flush ? 0 : "md"} p={flush ? "lg" : 0} pb={flush ? "sm" : 0} wrap="nowrap">
        <div>
          <Title order={2} size="h3" id={id}>
            {title}
          </Title>
          {hint ? (
            <Text size="sm" c="dimmed">
              {hint}
            </Text>
          ) : null}
        </div>
        {action}
      </Group>
      {children}
    </Card>
  );
}
