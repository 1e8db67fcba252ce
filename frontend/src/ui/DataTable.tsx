import { Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { type ColumnDef, columnVisibilityFeature, metaHelper, tableFeatures, useTable } from "@tanstack/react-table";
import { IconArrowDown, IconArrowUp, IconSelector } from "@tabler/icons-react";
import { lazy, type ReactNode, Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ListChange, ListState } from "@/lib/urlState";
import classes from "./DataTable.module.css";
import { DataTableFoot } from "./DataTableFoot";
import { ErrorState } from "./states";

interface ColumnMeta {
  /** Figures stand at the end, so that their digits line up. */
  align?: "end";
  /** The name by which the API sorts by this column; without it there is no sorting. */
  sort?: string;
}

const features = tableFeatures({ columnVisibilityFeature, columnMeta: metaHelper<ColumnMeta>() });

/** A column: `id`, `header` and `cell`, as TanStack Table has them. */
export type Column<Row> = ColumnDef<typeof features, Row & object>;

/** What a query of one page gives; TanStack Query's result is one. */
export interface PageOfRows<Row> {
  data?: { items: Row[]; next_cursor?: string | null } | undefined;
  error: unknown;
  isPlaceholderData?: boolean;
  refetch: () => unknown;
}

interface DataTableProps<Row> {
  /** What the rows are, for those who hear the table. */
  label: string;
  columns: Column<Row>[];
  page: PageOfRows<Row>;
  rowId: (row: Row) => string;
  /** Where a row leads; its first cell becomes the link. */
  rowLink?: (row: Row) => string;
  /** How a row looks where a table has no room (a phone). */
  card: (row: Row) => ReactNode;
  /** What is shown instead of no rows. */
  empty: ReactNode;
  /** The list's state in the address; without it there is neither paging nor sorting. */
  list?: [ListState, (change: ListChange, replace?: boolean) => void];
  hidden?: readonly string[];
}

const LongRows = lazy(() => import("./LongRows"));

/** Above so many rows only those near the window are drawn. */
const LONG = 60;
const NO_ROWS: never[] = [];

/** A list: its four states (loading, empty, failed, rows), its paging by keyset, its sorting where the API sorts. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { page, list, card, empty, rowId, label } = props;
  const { t } = useTranslation();
  const isNarrow = useMediaQuery("(max-width: 40em)", undefined, { getInitialValueInEffect: false });
  const rows = page.data?.items ?? NO_ROWS;
  if (page.error && !page.data) {
    return (
      <div className={classes.frame}>
        <ErrorState error={page.error} retry={() => void page.refetch()} />
      </div>
    );
  }
  const isLoading = !page.data;
  if (!isLoading && rows.length === 0 && !list?.[0].cursor) return <div className={classes.frame}>{empty}</div>;
  return (
    <div className={classes.frame}>
      {isLoading ? <span role="status" className="visually-hidden">{t("states.loading")}</span> : null}
      <div className={page.isPlaceholderData ? classes.stale : undefined} aria-busy={isLoading || page.isPlaceholderData}>
        {isNarrow ? (
          <ul className={classes.cards} aria-label={label}>
            {isLoading ? <CardSkeletons /> : rows.map((row) => <li key={rowId(row)}>{card(row)}</li>)}
          </ul>
        ) : (
          <Rows {...props} rows={rows} isLoading={isLoading} />
        )}
      </div>
      {list ? <DataTableFoot list={list} next={page.data?.next_cursor ?? null} count={rows.length} /> : null}
    </div>
  );
}

function Rows<Row extends object>(props: DataTableProps<Row> & { rows: Row[]; isLoading: boolean }) {
  const { rows, columns, hidden, label, rowId, rowLink, list, isLoading } = props;
  const columnVisibility = useMemo(() => Object.fromEntries((hidden ?? []).map((id) => [id, false])), [hidden]);
  const table = useTable({ features, columns, data: rows, getRowId: rowId, state: { columnVisibility } });
  const shown = table.getRowModel().rows;
  const draw = (from: number, to: number) =>
    shown.slice(from, to).map((row) => (
      <tr key={row.id} className={rowLink ? classes.row : undefined} aria-rowindex={row.index + 2}>
        {row.getVisibleCells().map((cell, place) => (
          <td key={cell.id} className={cell.column.columnDef.meta?.align === "end" ? classes.end : undefined}>
            {rowLink && place === 0 ? (
              <Link to={rowLink(row.original)} className={classes.rowLink}>
                <table.FlexRender cell={cell} />
              </Link>
            ) : (
              <table.FlexRender cell={cell} />
            )}
          </td>
        ))}
      </tr>
    ));
  const width = table.getVisibleLeafColumns().length;
  return (
    <div className={classes.scroll}>
      <table className={classes.table} aria-label={label} aria-rowcount={shown.length + 1}>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => {
                const meta = header.column.columnDef.meta;
                return (
                  <th key={header.id} scope="col" className={meta?.align === "end" ? classes.end : undefined} aria-sort={sorting(meta?.sort, list?.[0])}>
                    <SortButton by={meta?.sort} list={list}>
                      <table.FlexRender header={header} />
                    </SortButton>
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {isLoading ? <RowSkeletons columns={width} /> : null}
          {shown.length > LONG ? (
            <Suspense fallback={draw(0, shown.length)}>
              <LongRows count={shown.length} draw={draw} />
            </Suspense>
          ) : (
            draw(0, shown.length)
          )}
        </tbody>
      </table>
    </div>
  );
}

function sorting(by: string | undefined, state: ListState | undefined) {
  if (!by || !state) return undefined;
  if (state.sort === by) return "ascending";
  return state.sort === `-${by}` ? "descending" : "none";
}

interface SortButtonProps {
  by: string | undefined;
  list: DataTableProps<object>["list"];
  children: ReactNode;
}

function SortButton({ by, list, children }: SortButtonProps) {
  if (!by || !list) return children;
  const [state, change] = list;
  const direction = sorting(by, state);
  const Icon = direction === "ascending" ? IconArrowUp : direction === "descending" ? IconArrowDown : IconSelector;
  return (
    <button type="button" className={classes.sort} onClick={() => change({ sort: direction === "ascending" ? `-${by}` : by })}>
      {children}
      <Icon size={14} aria-hidden />
    </button>
  );
}

function RowSkeletons({ columns }: { columns: number }) {
  return Array.from({ length: 10 }, (_, row) => (
    <tr key={row} aria-hidden>
      {Array.from({ length: columns }, (_cell, column) => (
        <td key={column}>
          <Skeleton height={12} width={`${45 + ((row * 7 + column * 13) % 40)}%`} />
        </td>
      ))}
    </tr>
  ));
}

function CardSkeletons() {
  return Array.from({ length: 8 }, (_, card) => (
    <li key={card} aria-hidden>
      <Skeleton height={14} width="55%" mb={10} />
      <Skeleton height={11} width="80%" />
    </li>
  ));
}
