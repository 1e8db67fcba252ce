import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CustomerCard } from "@/customers/components/database/CustomerCard";
import { guestsQuery } from "@/customers/shared/services/crmService";
import table from "@/ui/DataTable.module.css";
import { Panel } from "@/ui/Panel";
import { SearchField } from "@/ui/SearchField";
import { ErrorState, LinesSkeleton } from "@/ui/states";

const SHOWN = 6;

/** Finds a guest at the door: type, look, open. */
export function FindGuest() {
  const { t } = useTranslation("home");
  const [q, setQuery] = useState("");
  const found = useQuery({ ...guestsQuery({ q, limit: SHOWN, cursor: null, filters: {} }), enabled: q.length > 0 });
  const guests = q ? found.data?.items : undefined;
  return (
    <Panel title={t("find.title")}>
      <SearchField size="md" aria-label={t("find.label")} placeholder={t("find.placeholder")} value={q} onSearch={setQuery} />
      <div aria-live="polite" style={{ marginTop: q ? "1rem" : 0 }}>
        {q && found.error ? <ErrorState compact error={found.error} retry={() => void found.refetch()} /> : null}
        {q && found.isPending ? <LinesSkeleton lines={3} height={18} /> : null}
        {guests?.length === 0 ? (
          <Text c="dimmed" size="sm">
            {t("find.none")}
          </Text>
        ) : null}
        {guests?.length ? (
          <ul className={table.cards} aria-label={t("find.results")}>
            {guests.map((guest) => (
              <li key={guest.id} className={table.row}>
                <CustomerCard guest={guest} />
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </Panel>
  );
}
