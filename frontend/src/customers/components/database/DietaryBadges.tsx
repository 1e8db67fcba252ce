import { Badge, Group } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { DietaryNeed } from "@/customers/shared/types/customer-types";

const HARMFUL = new Set<DietaryNeed["kind"]>(["allergy", "intolerance"]);

/** Says whether it can hurt the guest, rather than displease them. */
export function isHarmful(need: DietaryNeed): boolean {
  return HARMFUL.has(need.kind);
}

/** What a guest must not or will not eat; what can hurt comes first, and not by color alone. */
export function DietaryBadges({ needs }: { needs: DietaryNeed[] | undefined }) {
  const { t } = useTranslation("guests");
  if (!needs?.length) return null;
  const sorted = [...needs].sort((one, other) => Number(isHarmful(other)) - Number(isHarmful(one)));
  return (
    <Group gap={6}>
      {sorted.map((need) => (
        <Badge
          key={`${need.kind}:${need.name}`}
          color={isHarmful(need) ? "red" : "gray"}
          variant={need.kind === "allergy" ? "filled" : "light"}
          leftSection={isHarmful(need) ? <IconAlertTriangle size={12} aria-hidden /> : null}
        >
          {t(`dietary.${need.kind}`, { name: need.name })}
        </Badge>
      ))}
    </Group>
  );
}
