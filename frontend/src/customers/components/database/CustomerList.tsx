import { Button, Group, Text } from "@mantine/core";
import { IconUserSearch, IconUsers } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Guest } from "@/customers/shared/types/customer-types";
import { useFormat } from "@/lib/format";
import { usePermissions } from "@/lib/session";
import type { ListChange, ListState } from "@/lib/urlState";
import { type Column, DataTable, type PageOfRows } from "@/ui/DataTable";
import { EmptyState } from "@/ui/states";
import { CustomerCard } from "./CustomerCard";
import { DietaryBadges } from "./DietaryBadges";
import { TagList } from "./TagList";

interface CustomerListProps {
  page: PageOfRows<Guest>;
  list: [ListState, (change: ListChange, replace?: boolean) => void];
}

/** Guests as a table, with the columns that this person may see. */
export function CustomerList({ page, list }: CustomerListProps) {
  const { t } = useTranslation("guests");
  const [state, change] = list;
  const isNarrowed = Boolean(state.q || state.filters.tag);
  return (
    <DataTable
      label={t("list.label")}
      columns={useColumns()}
      page={page}
      list={list}
      rowId={(guest) => guest.id}
      rowLink={(guest) => `/guests/${guest.id}`}
      card={(guest) => <CustomerCard guest={guest} />}
      empty={
        isNarrowed ? (
          <EmptyState
            icon={IconUserSearch}
            title={t("list.noMatch")}
            action={
              <Button variant="default" size="xs" onClick={() => change({ q: "", filters: { tag: "" } })}>
                {t("list.showAll")}
              </Button>
            }
          >
            {t("list.noMatchDetail")}
          </EmptyState>
        ) : (
          <EmptyState icon={IconUsers} title={t("list.none")}>
            {t("list.noneDetail")}
          </EmptyState>
        )
      }
    />
  );
}

function useColumns(): Column<Guest>[] {
  const { t } = useTranslation("guests");
  const { sees } = usePermissions();
  const format = useFormat();
  return useMemo(() => {
    const all: (Column<Guest> & { shown?: boolean })[] = [
      { id: "name", header: t("fields.name"), cell: ({ row }) => row.original.name ?? t("unnamed") },
      { id: "contact", header: t("fields.contact"), shown: sees("contact"), cell: ({ row }) => <Contact guest={row.original} /> },
      { id: "dietary", header: t("fields.dietary"), shown: sees("dietary"), cell: ({ row }) => <DietaryBadges needs={row.original.dietary} /> },
      { id: "tags", header: t("fields.tags"), cell: ({ row }) => <TagList tags={row.original.tags} /> },
      { id: "source", header: t("fields.source"), shown: !sees("dietary"), cell: ({ row }) => row.original.acquisition_source ?? "" },
      {
        id: "since",
        header: t("fields.since"),
        meta: { align: "end" },
        cell: ({ row }) => (
          <Text size="sm" c="dimmed" span>
            {format.dayOf(row.original.created_at)}
          </Text>
        ),
      },
    ];
    return all.filter(({ shown }) => shown !== false);
  }, [t, sees, format]);
}

function Contact({ guest }: { guest: Guest }) {
  const [email, phone] = [guest.emails?.[0]?.address, guest.phones?.[0]?.number];
  return (
    <Group gap={2} style={{ flexDirection: "column", alignItems: "flex-start" }}>
      {email ? <Text size="sm">{email}</Text> : null}
      {phone ? (
        <Text size="sm" c={email ? "dimmed" : undefined} className="tabular">
          {phone}
        </Text>
      ) : null}
    </Group>
  );
}
