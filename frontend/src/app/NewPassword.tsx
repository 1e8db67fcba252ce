import { Button, PasswordInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { changePassword, sessionQuery } from "@/lib/sessionService";
import { notifyDone } from "@/ui/notify";
import { ProblemForm } from "@/ui/ProblemForm";
import { Entrance } from "./Entrance";
import { cameFrom } from "./SignIn";

const SHORTEST = 12;

/** Has somebody replace a password that another person gave them, before anything else. */
export default function NewPassword() {
  const { t } = useTranslation("account");
  const navigate = useNavigate();
  const location = useLocation();
  const queries = useQueryClient();
  const form = useForm({
    initialValues: { current_password: "", new_password: "", repeated: "" },
    validate: {
      new_password: (value) => (value.length < SHORTEST ? t("newPassword.tooShort", { count: SHORTEST }) : null),
      repeated: (value, all) => (value === all.new_password ? null : t("newPassword.differs")),
    },
  });
  const send = async ({ current_password, new_password }: typeof form.values) => {
    queries.setQueryData(sessionQuery().queryKey, await changePassword({ current_password, new_password }));
    notifyDone(t("newPassword.done"));
    await navigate(cameFrom(location.state), { replace: true });
  };
  return (
    <Entrance title={t("newPassword.title")} lead={t("newPassword.lead")}>
      <ProblemForm form={form} onSubmit={send}>
        {(isSending) => (
          <>
            <PasswordInput label={t("newPassword.current")} autoComplete="current-password" required {...form.getInputProps("current_password")} />
            <PasswordInput
              label={t("newPassword.next")}
              description={t("newPassword.hint", { count: SHORTEST })}
              autoComplete="new-password"
              required
              {...form.getInputProps("new_password")}
            />
            <PasswordInput label={t("newPassword.repeated")} autoComplete="new-password" required {...form.getInputProps("repeated")} />
            <Button type="submit" loading={isSending} fullWidth mt="xs">
              {t("newPassword.submit")}
            </Button>
          </>
        )}
      </ProblemForm>
    </Entrance>
  );
}
