import { Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconTag } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { guestsQuery } from "@/customers/shared/services/crmService";
import { CustomerList } from "@/customers/components/database/CustomerList";
import { usePermissions } from "@/lib/session";
import { useListState } from "@/lib/urlState";
import { Page } from "@/ui/Page";
import { SearchField } from "@/ui/SearchField";

const FILTERS = ["tag"] as const;

/** All guests: search as one types, narrow by tag, page through. */
export default function CustomersPage() {
  const { t } = useTranslation("guests");
  const { sees } = usePermissions();
  const list = useListState(FILTERS);
  const [state, change] = list;
  const page = useQuery(guestsQuery(state));
  return (
    <Page title={t("list.title")} lead={t("list.lead")}>
      <Group gap="sm" role="search" aria-label={t("list.search")}>
        <SearchField
          flex="1 1 16rem"
          maw={420}
          aria-label={t("list.search")}
          placeholder={sees("contact") ? t("list.searchContact") : t("list.searchName")}
          value={state.q}
          onSearch={(q) => change({ q }, Boolean(state.q))}
        />
        <SearchField
          flex="0 1 12rem"
          aria-label={t("list.tag")}
          placeholder={t("list.tag")}
          leftSection={<IconTag size={16} aria-hidden />}
          value={state.filters.tag ?? ""}
          onSearch={(tag) => change({ filters: { tag } }, Boolean(state.filters.tag))}
        />
      </Group>
      <CustomerList page={page} list={list} />
    </Page>
  );
}
