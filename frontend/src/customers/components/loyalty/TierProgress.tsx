import { Badge, Group, Progress, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Member } from "@/customers/shared/types/customer-types";
import { useFormat } from "@/lib/format";
import { Panel } from "@/ui/Panel";

/** A member's points and tier, and what is missing to the next. */
export function TierProgress({ member }: { member: Member }) {
  const { t } = useTranslation("guests");
  const format = useFormat();
  const { balance = 0, held = 0, pending = 0, next_tier: next } = member;
  const reached = next ? Math.round((100 * Math.max(0, balance)) / Math.max(1, Math.max(0, balance) + next.missing)) : 100;
  return (
    <Panel title={t("loyalty.title")} action={<Badge color="brass">{member.tier}</Badge>}>
      <Text ff="heading" fz="1.75rem" fw={540} className="tabular">
        {t("loyalty.points", { count: balance, points: format.number(balance) })}
      </Text>
      {next ? (
        <>
          <Progress value={reached} mt="sm" color="brass" aria-label={t("loyalty.progress")} />
          <Text size="sm" c="dimmed" mt={6}>
            {t("loyalty.missing", { points: format.number(next.missing), tier: next.name })}
          </Text>
        </>
      ) : null}
      <Group gap="lg" mt="sm">
        {held > 0 ? <Text size="sm">{t("loyalty.held", { points: format.number(held) })}</Text> : null}
        {pending > 0 ? <Text size="sm">{t("loyalty.pending", { points: format.number(pending) })}</Text> : null}
      </Group>
      <Text size="xs" c="dimmed" mt="sm">
        {t("loyalty.since", { day: format.dayOf(member.enrolled_at) })}
      </Text>
    </Panel>
  );
}
