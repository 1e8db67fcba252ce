import { Anchor, Button, Divider, PasswordInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useLocation } from "react-router";
import { ProblemError } from "@/lib/problem";
import { forgetAllBut, providersQuery, sessionQuery, signIn } from "@/lib/sessionService";
import { ProblemForm } from "@/ui/ProblemForm";
import { Entrance } from "./Entrance";

/** Signs a member of staff in: password, then the second factor where the account has one; or the house's own identity provider. */
export default function SignIn() {
  const { t } = useTranslation("account");
  const location = useLocation();
  const queries = useQueryClient();
  const session = useQuery(sessionQuery());
  const [needsCode, setNeedsCode] = useState(false);
  const form = useForm({ initialValues: { email: "", password: "", code: "" } });

  const send = async ({ email, password, code }: typeof form.values) => {
    try {
      const opened = await signIn({ email: email.trim(), password, ...(needsCode ? { code: code.replaceAll(" ", "") } : {}) });
      forgetAllBut(queries, opened);
    } catch (error) {
      if (!(error instanceof ProblemError && error.is("second-factor-needed"))) throw error;
      setNeedsCode(true);
    }
  };
  const explain = (problem: ProblemError) => {
    if (problem.is("wrong-credentials")) return t("signIn.wrongCredentials");
    if (problem.is("wrong-code")) return t("signIn.wrongCode");
    if (problem.status === 429) return t("signIn.tooMany", { count: Math.max(1, Math.ceil((problem.retryAfter ?? 60) / 60)) });
    return undefined;
  };

  if (session.data) return <Navigate to={cameFrom(location.state)} replace />;
  return (
    <Entrance title={needsCode ? t("signIn.codeTitle") : t("signIn.title")} lead={needsCode ? t("signIn.codeLead") : t("signIn.lead")}>
      <ProblemForm form={form} onSubmit={send} explain={explain} key={needsCode ? "code" : "password"}>
        {(isSending) =>
          needsCode ? (
            <>
              <TextInput
                label={t("signIn.code")}
                description={t("signIn.codeHint")}
                autoComplete="one-time-code"
                inputMode="numeric"
                data-autofocus
                autoFocus
                required
                {...form.getInputProps("code")}
              />
              <Button type="submit" loading={isSending} fullWidth mt="xs">
                {t("signIn.confirm")}
              </Button>
              <Anchor component="button" type="button" size="sm" onClick={() => setNeedsCode(false)}>
                {t("signIn.otherAccount")}
              </Anchor>
            </>
          ) : (
            <>
              <TextInput
                type="email"
                label={t("signIn.email")}
                autoComplete="username"
                autoFocus
                required
                withAsterisk={false}
                {...form.getInputProps("email")}
              />
              <PasswordInput
                label={t("signIn.password")}
                autoComplete="current-password"
                required
                withAsterisk={false}
                visibilityToggleButtonProps={{ "aria-label": t("signIn.showPassword"), "aria-hidden": undefined, tabIndex: 0 }}
                {...form.getInputProps("password")}
              />
              <Button type="submit" loading={isSending} fullWidth mt="xs">
                {t("signIn.submit")}
              </Button>
            </>
          )
        }
      </ProblemForm>
      {needsCode ? null : <OtherWays />}
    </Entrance>
  );
}

function OtherWays() {
  const { t } = useTranslation("account");
  const oidc = useQuery(providersQuery()).data?.oidc;
  if (!oidc) return null;
  return (
    <>
      <Divider label={t("signIn.or")} my="md" />
      <Button component="a" href={oidc.login_url} variant="default" fullWidth>
        {t("signIn.with", { name: oidc.name })}
      </Button>
    </>
  );
}

/** Gives the place inside the console that somebody was kept from, else its start. */
export function cameFrom(state: unknown): string {
  const from = typeof state === "object" && state !== null && "from" in state ? String(state.from) : "";
  return from.startsWith("/") && !from.startsWith("//") ? from : "/";
}
