import "@mantine/spotlight/styles.css";
import { Spotlight, spotlight, type SpotlightActionData, type SpotlightActionGroupData } from "@mantine/spotlight";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { IconSearch, IconUser } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { suggestionsQuery } from "@/customers/shared/services/overviewService";
import { usePermissions } from "@/lib/session";
import type { Place } from "./navigation";

const PAUSE_MS = 180;
const SHORTEST = 2;

/** Goes anywhere by keyboard: places of the console, and guests by any part of what is known of them (to all services that know names). */
export default function CommandPalette({ places }: { places: Place[] }) {
  const { t } = useTranslation(["common", "guests"]);
  const navigate = useNavigate();
  const { may } = usePermissions();
  const [query, setQuery] = useState("");
  useEffect(() => spotlight.open(), []);
  const [asked] = useDebouncedValue(query.trim(), PAUSE_MS);
  const isSearch = may("get /search/suggestions") && asked.length >= SHORTEST;
  const found = useQuery({ ...suggestionsQuery(asked), enabled: isSearch });
  const words = query.trim().toLocaleLowerCase();
  const matching = places
    .filter(({ label }) => !words || t(label).toLocaleLowerCase().includes(words))
    .map(({ to, label, icon: Icon }): SpotlightActionData => ({
      id: to,
      label: t(label),
      leftSection: <Icon size={20} stroke={1.6} aria-hidden />,
      onClick: () => void navigate(to),
    }));
  const guests = (isSearch ? (found.data?.items ?? []) : []).map((guest): SpotlightActionData => ({
    id: guest.id,
    label: guest.label ?? t("guests:unnamed"),
    description: [guest.phone_ends ? `…${guest.phone_ends}` : "", ...guest.tags].filter(Boolean).join(" · "),
    leftSection: <IconUser size={20} stroke={1.6} aria-hidden />,
    onClick: () => void navigate(`/guests/${guest.id}`),
  }));
  const groups: SpotlightActionGroupData[] = [
    ...(guests.length ? [{ group: t("palette.guests"), actions: guests }] : []),
    ...(matching.length ? [{ group: t("palette.places"), actions: matching }] : []),
  ];
  return (
    <Spotlight
      actions={groups}
      query={query}
      onQueryChange={setQuery}
      filter={(_, actions) => actions}
      shortcut={null}
      nothingFound={isSearch && found.isFetching ? t("palette.searching") : t("palette.nothing")}
      highlightQuery
      scrollable
      maxHeight={420}
      searchProps={{
        leftSection: <IconSearch size={20} stroke={1.6} aria-hidden />,
        placeholder: t("palette.placeholder"),
        "aria-label": t("palette.placeholder"),
      }}
    />
  );
}
