import { Button, Stack, Table } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { lazy, Suspense, useId } from "react";
import { useTranslation } from "react-i18next";
import type { ChartPoint, Series } from "./ChartDrawing";

const ChartDrawing = lazy(() => import("./ChartDrawing"));

interface ChartProps {
  /** What it shows, in a sentence. */
  label: string;
  kind: "line" | "bar";
  points: ChartPoint[];
  series: Series[];
  /** The heading of the first column of the table: what the points are. */
  over: string;
  format?: (value: number) => string;
}

const HEIGHT = 240;

/** Draws figures, and gives the same figures as a table: for those who hear it, and for whoever wants to read them off. */
export function Chart({ label, kind, points, series, over, format = String }: ChartProps) {
  const { t } = useTranslation();
  const [isTable, { toggle }] = useDisclosure(false);
  const id = useId();
  return (
    <Stack gap="xs" component="figure" m={0} aria-labelledby={id}>
      <figcaption id={id} className="visually-hidden">
        {label}
      </figcaption>
      <div aria-hidden hidden={isTable} style={{ height: HEIGHT }}>
        <Suspense fallback={null}>
          <ChartDrawing kind={kind} points={points} series={series} format={format} height={HEIGHT} />
        </Suspense>
      </div>
      <div className={isTable ? undefined : "visually-hidden"}>
        <Table aria-labelledby={id}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{over}</Table.Th>
              {series.map((each) => (
                <Table.Th key={each.name}>{each.label}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {points.map((point) => (
              <Table.Tr key={point.at}>
                <Table.Th scope="row">{point.at}</Table.Th>
                {series.map((each) => (
                  <Table.Td key={each.name}>{format(point.values[each.name] ?? 0)}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      <Button variant="subtle" size="compact-xs" style={{ alignSelf: "flex-end" }} onClick={toggle} aria-pressed={isTable}>
        {isTable ? t("chart.showDrawing") : t("chart.showTable")}
      </Button>
    </Stack>
  );
}
