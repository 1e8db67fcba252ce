import "@mantine/charts/styles.css";
import { BarChart, LineChart } from "@mantine/charts";

/** One place on the axis and the figures there, by series. */
export interface ChartPoint {
  at: string;
  values: Record<string, number>;
}

export interface Series {
  name: string;
  label: string;
  color?: string;
}

interface DrawingProps {
  kind: "line" | "bar";
  points: ChartPoint[];
  series: Series[];
  format: (value: number) => string;
  height: number;
}

const COLORS = ["bottle.6", "brass.5", "red.6", "gray.6"];

/** The drawing itself, loaded only where a chart is shown: it is the heaviest part of the console. */
export default function ChartDrawing({ kind, points, series, format, height }: DrawingProps) {
  const shared = {
    h: height,
    data: points.map(({ at, values }) => ({ at, ...values })),
    dataKey: "at",
    series: series.map((each, place) => ({ name: each.name, label: each.label, color: each.color ?? COLORS[place % COLORS.length] ?? "bottle.6" })),
    valueFormatter: format,
    withLegend: series.length > 1,
    gridAxis: "y" as const,
    tickLine: "none" as const,
  };
  return kind === "line" ? <LineChart {...shared} curveType="monotone" /> : <BarChart {...shared} />;
}
