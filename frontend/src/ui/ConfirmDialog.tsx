import { Button, Group, Modal, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Question } from "./confirm";

/** The dialog that asks before a deed. */
export default function ConfirmDialog({ question, settle }: { question: Question; settle: (agreed: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={() => settle(false)} title={question.title} size="sm">
      <Text size="sm" c="dimmed" component="div">
        {question.children}
      </Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={() => settle(false)} data-autofocus>
          {t("actions.cancel")}
        </Button>
        <Button color={question.isDangerous ? "red" : undefined} onClick={() => settle(true)}>
          {question.confirm}
        </Button>
      </Group>
    </Modal>
  );
}
