import { ActionIcon, Button, Group, Input, Select, Stack, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { DietaryNeed } from "@/customers/shared/types/customer-types";

const KINDS = ["allergy", "intolerance", "diet", "dislike"] as const satisfies readonly DietaryNeed["kind"][];

interface DietaryFieldProps {
  value: DietaryNeed[];
  onChange: (value: DietaryNeed[]) => void;
  error?: string | undefined;
}

/** Allergies and diets, one a line; the most dangerous kind is what a new line begins with. */
export function DietaryField({ value, onChange, error }: DietaryFieldProps) {
  const { t } = useTranslation("guests");
  const put = (place: number, part: Partial<DietaryNeed>) => onChange(value.map((need, at) => (at === place ? { ...need, ...part } : need)));
  return (
    <Input.Wrapper label={t("fields.dietary")} error={error} labelElement="div" role="group" aria-label={t("fields.dietary")}>
      <Stack gap="xs" mt={4}>
        {value.map((need, place) => (
          <Group key={place} gap="xs" wrap="nowrap">
            <Select
              aria-label={t("dietary.kind")}
              data={KINDS.map((kind) => ({ value: kind, label: t(`dietary.kinds.${kind}`) }))}
              value={need.kind}
              onChange={(kind) => put(place, { kind: (kind ?? "allergy") as DietaryNeed["kind"] })}
              allowDeselect={false}
              w={140}
            />
            <TextInput
              aria-label={t("dietary.what")}
              placeholder={t("dietary.what")}
              value={need.name}
              onChange={(event) => put(place, { name: event.currentTarget.value })}
              flex={1}
            />
            <ActionIcon aria-label={t("dietary.remove", { name: need.name })} onClick={() => onChange(value.filter((_, at) => at !== place))}>
              <IconTrash size={17} />
            </ActionIcon>
          </Group>
        ))}
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={15} />}
          style={{ alignSelf: "flex-start" }}
          onClick={() => onChange([...value, { kind: "allergy", name: "" }])}
        >
          {t("dietary.add")}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}
