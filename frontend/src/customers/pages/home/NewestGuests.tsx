import { Anchor, Box } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconUsers } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { CustomerCard } from "@/customers/components/database/CustomerCard";
import { guestsQuery } from "@/customers/shared/services/crmService";
import table from "@/ui/DataTable.module.css";
import { Panel } from "@/ui/Panel";
import { EmptyState, ErrorState, LinesSkeleton } from "@/ui/states";

const SHOWN = 6;

/** The latest to become guests. */
export function NewestGuests() {
  const { t } = useTranslation(["home", "guests"]);
  const newest = useQuery(guestsQuery({ q: "", limit: SHOWN, cursor: null, filters: {} }));
  const guests = newest.data?.items;
  return (
    <Panel
      flush
      title={t("newest.title")}
      action={
        <Anchor component={Link} to="/guests" size="sm">
          {t("newest.all")}
        </Anchor>
      }
    >
      {newest.error ? <ErrorState error={newest.error} retry={() => void newest.refetch()} /> : null}
      {newest.isPending ? (
        <Box p="lg" pt={0}>
          <LinesSkeleton lines={SHOWN} height={38} />
        </Box>
      ) : null}
      {guests?.length === 0 ? (
        <EmptyState icon={IconUsers} title={t("guests:list.none")}>
          {t("guests:list.noneDetail")}
        </EmptyState>
      ) : null}
      <ul className={table.cards}>
        {guests?.map((guest) => (
          <li key={guest.id} className={table.row}>
            <CustomerCard guest={guest} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
