import { Button, Code, CopyButton, Group, List, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { beginSecondFactor, confirmSecondFactor } from "@/lib/sessionService";
import { ProblemForm } from "@/ui/ProblemForm";
import { QrCode } from "@/ui/QrCode";
import { ErrorState } from "@/ui/states";

/** Sets a second factor up: the secret for the app, its first code as the proof, and the codes for a lost phone. */
export function SecondFactorSetup({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation("account");
  const begun = useMutation({ mutationFn: beginSecondFactor });
  const [codes, setCodes] = useState<string[] | null>(null);
  const form = useForm({ initialValues: { code: "" } });
  if (codes) return <RecoveryCodes codes={codes} onDone={onDone} />;
  if (!begun.data) {
    return (
      <Stack>
        {begun.error ? <ErrorState compact error={begun.error} /> : null}
        <Button onClick={() => begun.mutate()} loading={begun.isPending}>
          {t("secondFactor.begin")}
        </Button>
      </Stack>
    );
  }
  const { secret, uri } = begun.data;
  return (
    <ProblemForm
      form={form}
      onSubmit={async ({ code }) => setCodes((await confirmSecondFactor(code.replaceAll(" ", ""))).recovery_codes)}
      explain={(problem) => (problem.is("wrong-code") ? t("signIn.wrongCode") : undefined)}
    >
      {(isSending) => (
        <>
          <Text size="sm">{t("secondFactor.scan")}</Text>
          <QrCode text={uri} label={t("secondFactor.qr")} />
          <Text size="sm" c="dimmed">
            {t("secondFactor.manual")} <Code>{secret}</Code>
          </Text>
          <TextInput label={t("secondFactor.code")} inputMode="numeric" autoComplete="one-time-code" required {...form.getInputProps("code")} />
          <Button type="submit" loading={isSending}>
            {t("secondFactor.confirm")}
          </Button>
        </>
      )}
    </ProblemForm>
  );
}

function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const { t } = useTranslation("account");
  return (
    <Stack>
      <Text fw={600}>{t("secondFactor.recoveryTitle")}</Text>
      <Text size="sm" c="dimmed">
        {t("secondFactor.recovery")}
      </Text>
      <List listStyleType="none" ff="monospace" size="sm" spacing={4}>
        {codes.map((code) => (
          <List.Item key={code}>{code}</List.Item>
        ))}
      </List>
      <Group>
        <CopyButton value={codes.join("\n")}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? t("secondFactor.copied") : t("secondFactor.copy")}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onDone}>{t("secondFactor.done")}</Button>
      </Group>
    </Stack>
  );
}
