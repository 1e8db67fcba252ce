import { Avatar, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Guest } from "@/customers/shared/types/customer-types";
import table from "@/ui/DataTable.module.css";
import { DietaryBadges } from "./DietaryBadges";
import { TagList } from "./TagList";

/** A guest at a glance: name, what must not be served, how to reach them, tags. Links to the profile. */
export function CustomerCard({ guest }: { guest: Guest }) {
  const { t } = useTranslation("guests");
  const contact = [guest.phones?.[0]?.number, guest.emails?.[0]?.address].filter(Boolean).join(" · ");
  return (
    <Group wrap="nowrap" align="flex-start" gap="sm">
      <Avatar name={guest.name ?? undefined} radius="xl" size={38} color="bottle" aria-hidden />
      <Stack gap={5} miw={0}>
        <Link to={`/guests/${guest.id}`} className={table.rowLink}>
          {guest.name ?? t("unnamed")}
        </Link>
        <DietaryBadges needs={guest.dietary} />
        {contact ? (
          <Text size="sm" c="dimmed" truncate>
            {contact}
          </Text>
        ) : null}
        <TagList tags={guest.tags} />
      </Stack>
    </Group>
  );
}
