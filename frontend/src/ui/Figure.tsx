import { Skeleton, Text } from "@mantine/core";
import type { ReactNode } from "react";

interface FigureProps {
  label: string;
  value: ReactNode;
  /** The definition or the comparison, under the value. */
  note?: ReactNode;
  loading?: boolean;
}

/** One figure with its name: to be put into a <dl>. */
export function Figure({ label, value, note, loading = false }: FigureProps) {
  return (
    <div>
      <Text component="dt" size="sm" c="dimmed">
        {label}
      </Text>
      <Text component="dd" m={0} className="tabular" ff="heading" fz="1.375rem" fw={540} lh={1.3}>
        {loading ? <Skeleton height={24} width={90} my={3} /> : value}
      </Text>
      {note ? (
        <Text component="dd" m={0} size="xs" c="dimmed">
          {note}
        </Text>
      ) : null}
    </div>
  );
}
