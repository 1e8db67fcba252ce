import { Alert, Avatar, Badge, Box, Group, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconMail, IconPhone } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Guest } from "@/customers/shared/types/customer-types";
import { useFormat } from "@/lib/format";
import { Panel } from "@/ui/Panel";
import { DietaryBadges, isHarmful } from "./DietaryBadges";
import { TagList } from "./TagList";

interface HeaderProps {
  guest: Guest;
  tier?: string | undefined;
  actions?: ReactNode;
}

/** Who the guest is: name, tier, how to reach them, tags; and before everything else what can hurt them. */
export function CustomerProfile({ guest, tier, actions }: HeaderProps) {
  const { t } = useTranslation("guests");
  const email = guest.emails?.[0]?.address;
  const phone = guest.phones?.[0]?.number;
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start" gap="md">
        <Group gap="md" wrap="nowrap" miw={0}>
          <Avatar name={guest.name ?? undefined} size={64} radius="xl" color="bottle" variant="filled" aria-hidden />
          <Box miw={0}>
            <Group gap="sm">
              <Title order={1} tabIndex={-1}>
                {guest.name ?? t("unnamed")}
              </Title>
              {tier ? <Badge color="brass">{tier}</Badge> : null}
            </Group>
            <Group gap="md" mt={4}>
              {email ? <Reach icon={<IconMail size={15} aria-hidden />} href={`mailto:${email}`} text={email} /> : null}
              {phone ? <Reach icon={<IconPhone size={15} aria-hidden />} href={`tel:${phone}`} text={phone} /> : null}
            </Group>
          </Box>
        </Group>
        {actions}
      </Group>
      <Allergies guest={guest} />
      <TagList tags={guest.tags} shown={12} />
    </Stack>
  );
}

function Reach({ icon, href, text }: { icon: ReactNode; href: string; text: string }) {
  return (
    <Group gap={6} wrap="nowrap" c="dimmed">
      {icon}
      <Text component="a" href={href} size="sm" c="dimmed" className="tabular">
        {text}
      </Text>
    </Group>
  );
}

function Allergies({ guest }: { guest: Guest }) {
  const { t } = useTranslation("guests");
  const needs = guest.dietary ?? [];
  if (!needs.length) return null;
  if (!needs.some(isHarmful)) return <DietaryBadges needs={needs} />;
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={t("dietary.title")}>
      <DietaryBadges needs={needs} />
    </Alert>
  );
}

/** The plain facts about a guest. */
export function AboutGuest({ guest }: { guest: Guest }) {
  const { t } = useTranslation("guests");
  const format = useFormat();
  const facts: [string, string | null | undefined][] = [
    [t("fields.birthday"), guest.birthday ? format.yearly(guest.birthday) : null],
    [t("fields.anniversary"), guest.anniversary ? format.yearly(guest.anniversary) : null],
    [t("fields.emails"), guest.emails?.slice(1).map(({ address }) => address).join(", ")],
    [t("fields.phones"), guest.phones?.slice(1).map(({ number }) => number).join(", ")],
    [t("fields.source"), guest.acquisition_source],
    [t("fields.since"), format.dayOf(guest.created_at)],
    [t("fields.ids"), guest.external_ids?.map(({ source, id }) => `${source}: ${id}`).join(", ")],
  ];
  return (
    <Panel title={t("about.title")}>
      <Stack component="dl" gap="sm" m={0}>
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <Group key={name} justify="space-between" gap="md" wrap="nowrap" align="baseline">
              <Text component="dt" size="sm" c="dimmed" style={{ flexShrink: 0 }}>
                {name}
              </Text>
              <Text component="dd" size="sm" m={0} ta="right" style={{ overflowWrap: "anywhere" }}>
                {value}
              </Text>
            </Group>
          ))}
      </Stack>
    </Panel>
  );
}
