import { Button, Group, Modal, Radio, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAddStaff } from "@/customers/shared/services/staffService";
import { notifyDone } from "@/ui/notify";
import { ProblemForm } from "@/ui/ProblemForm";
import { SecretOnce } from "@/ui/SecretOnce";
import { StaffFields, type StaffFormFields } from "./StaffFields";

interface NewStaffForm extends StaffFormFields {
  email: string;
  way: "password" | "provider";
}

// 32 signs, so that a byte chooses each alike; without those that are mistaken for each other (0 o, 1 l).
const SIGNS = "abcdefghijkmnpqrstuvwxyz23456789";
const LENGTH = 16;

/** Adds somebody: with a temporary password, shown once and good until their first sign-in, or through the identity provider. */
export default function StaffAdder({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["staff", "common"]);
  const add = useAddStaff();
  const [secret, setSecret] = useState<string | null>(null);
  const form = useForm<NewStaffForm>({
    initialValues: { email: "", name: "", role: "host", location_ids: [], way: "password" },
    validate: { email: (email) => (/^\S+@\S+$/.test(email.trim()) ? null : t("add.emailMissing")) },
  });
  const send = async ({ email, name, role, location_ids, way }: NewStaffForm) => {
    const password = way === "password" ? temporaryPassword() : null;
    await add.mutateAsync({
      email: email.trim(),
      name: name.trim(),
      role,
      location_ids: location_ids.length ? location_ids : null,
      password,
      must_change_password: password !== null,
    });
    notifyDone(t("add.done"));
    if (password) setSecret(password);
    else onClose();
  };
  if (secret) return <SecretOnce title={t("secret.title")} hint={t("secret.hint", { email: form.values.email.trim() })} secret={secret} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title={t("add.title")} size="lg">
      <ProblemForm form={form} onSubmit={send}>
        {(isSending) => (
          <>
            <TextInput label={t("fields.email")} type="email" autoComplete="off" required data-autofocus {...form.getInputProps("email")} />
            <StaffFields form={form} />
            <Radio.Group label={t("add.way")} {...form.getInputProps("way")}>
              <Stack gap="xs" mt="xs">
                <Radio value="password" label={t("add.password")} />
                <Radio value="provider" label={t("add.provider")} />
              </Stack>
            </Radio.Group>
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {t("common:actions.cancel")}
              </Button>
              <Button type="submit" loading={isSending}>
                {t("common:actions.add")}
              </Button>
            </Group>
          </>
        )}
      </ProblemForm>
    </Modal>
  );
}

function temporaryPassword(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(LENGTH)), (byte) => SIGNS[byte % SIGNS.length]).join("");
}
