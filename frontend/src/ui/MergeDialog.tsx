import { Alert, Button, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conflict } from "@/lib/merge";

interface MergeDialogProps<Form> {
  conflicts: Conflict<Form>[];
  /** What a field is called, and how its value is written. */
  labelOf: (field: keyof Form) => string;
  textOf: (field: keyof Form, value: unknown) => string;
  onResolve: (chosen: Partial<Form>) => void;
  onCancel: () => void;
}

type Side = "mine" | "theirs";

/** Shows what two people changed at once, field by field: how it was, mine, theirs; and lets one choose. */
export function MergeDialog<Form>({ conflicts, labelOf, textOf, onResolve, onCancel }: MergeDialogProps<Form>) {
  const { t } = useTranslation();
  const [choice, setChoice] = useState<Record<string, Side>>({});
  const isDecided = conflicts.every(({ field }) => choice[String(field)]);
  const resolve = () =>
    onResolve(Object.fromEntries(conflicts.map((each) => [each.field, each[choice[String(each.field)] ?? "theirs"]])) as Partial<Form>);
  return (
    <Modal opened onClose={onCancel} title={t("merge.title")} size="lg">
      <Stack>
        <Alert variant="light" color="brass">
          <Text size="sm">{t("merge.explanation")}</Text>
        </Alert>
        {conflicts.map(({ field, base, mine, theirs }) => (
          <Radio.Group
            key={String(field)}
            label={labelOf(field)}
            description={t("merge.before", { value: textOf(field, base) })}
            value={choice[String(field)] ?? null}
            onChange={(side) => setChoice((before) => ({ ...before, [String(field)]: side as Side }))}
          >
            <Stack gap="xs" mt="xs">
              <Radio value="mine" label={t("merge.mine", { value: textOf(field, mine) })} />
              <Radio value="theirs" label={t("merge.theirs", { value: textOf(field, theirs) })} />
            </Stack>
          </Radio.Group>
        ))}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t("actions.cancel")}
          </Button>
          <Button disabled={!isDecided} onClick={resolve}>
            {t("merge.save")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
