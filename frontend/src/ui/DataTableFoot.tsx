import { Button, Group, NativeSelect, Text } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { type ListChange, type ListState, PAGE_SIZES } from "@/lib/urlState";
import classes from "./DataTable.module.css";

interface FootProps {
  list: [ListState, (change: ListChange, replace?: boolean) => void];
  next: string | null;
  count: number;
}

/** Pages through a list by keyset: on to the next cursor, back by the browser's own history. */
export function DataTableFoot({ list: [state, change], next, count }: FootProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const location = useLocation();
  const depth = pagesBehind(location.state);
  const forward = () => {
    const params = new URLSearchParams(location.search);
    params.set("cursor", next ?? "");
    void navigate({ search: params.toString() }, { state: { pagesBehind: depth + 1 } });
  };
  const back = () => (depth > 0 ? void navigate(-1) : change({ cursor: null }));
  if (!state.cursor && !next && count <= PAGE_SIZES[0]) return null;
  return (
    <nav className={classes.foot} aria-label={t("table.paging")}>
      <Group gap="xs">
        <Text size="sm" c="dimmed" id="rows-per-page">
          {t("table.perPage")}
        </Text>
        <NativeSelect
          size="xs"
          w={76}
          aria-labelledby="rows-per-page"
          data={PAGE_SIZES.map(String)}
          value={String(state.limit)}
          onChange={(event) => change({ limit: Number(event.currentTarget.value) })}
        />
      </Group>
      <Group gap="xs">
        <Button variant="default" size="xs" leftSection={<IconChevronLeft size={15} />} disabled={!state.cursor} onClick={back}>
          {depth > 0 || !state.cursor ? t("table.previous") : t("table.first")}
        </Button>
        <Button variant="default" size="xs" rightSection={<IconChevronRight size={15} />} disabled={!next} onClick={forward}>
          {t("table.next")}
        </Button>
      </Group>
    </nav>
  );
}

function pagesBehind(state: unknown): number {
  const known = typeof state === "object" && state !== null && "pagesBehind" in state ? Number(state.pagesBehind) : 0;
  return Number.isFinite(known) ? known : 0;
}
