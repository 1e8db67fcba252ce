import { Button, Divider, Group, Modal, Stack, Switch, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { locationChoicesQuery, type StaffMember, staffMemberQuery, useChangeStaff, useResetPassword, useResetSecondFactor } from "@/customers/shared/services/staffService";
import { type Conflict, isSame, mergeEdits } from "@/lib/merge";
import { ProblemError } from "@/lib/problem";
import { usePermissions, useSession } from "@/lib/session";
import { useConfirm } from "@/ui/confirm";
import { MergeDialog } from "@/ui/MergeDialog";
import { notifyDone, notifyFailed } from "@/ui/notify";
import { ProblemForm } from "@/ui/ProblemForm";
import { SecretOnce } from "@/ui/SecretOnce";
import { ErrorState, LinesSkeleton } from "@/ui/states";
import { StaffFields, type StaffFormFields } from "./StaffFields";

interface StaffForm extends StaffFormFields {
  is_active: boolean;
}

interface EditorProps {
  staffId: string;
  onClose: () => void;
}

/** Edits what somebody is and may; helps them when password or phone are lost. */
export default function StaffEditor({ staffId, onClose }: EditorProps) {
  const { t } = useTranslation("staff");
  const member = useQuery({ ...staffMemberQuery(staffId), staleTime: 0, gcTime: 0, refetchOnWindowFocus: false });
  const [secret, setSecret] = useState<string | null>(null);
  const data = member.data?.data;
  if (secret) return <SecretOnce title={t("secret.title")} hint={t("secret.hint", { email: data?.email ?? "" })} secret={secret} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title={data ? data.name || data.email : t("edit.title")} size="lg">
      {member.error && !data ? <ErrorState error={member.error} retry={() => void member.refetch()} /> : null}
      {member.isPending ? <LinesSkeleton lines={4} height={36} /> : null}
      {member.data && data ? (
        <Stack gap="lg">
          <Editor key={data.id} member={data} etag={member.data.etag} onClose={onClose} />
          <Help member={data} onSecret={setSecret} />
        </Stack>
      ) : null}
    </Modal>
  );
}

function toForm({ name, role, location_ids, is_active }: StaffMember): StaffForm {
  return { name, role, location_ids: location_ids ?? [], is_active };
}

interface Conflicted {
  conflicts: Conflict<StaffForm>[];
  joined: StaffForm;
  theirs: StaffForm;
  etag: string;
}

function Editor({ member, etag, onClose }: { member: StaffMember; etag: string; onClose: () => void }) {
  const { t } = useTranslation(["staff", "common"]);
  const isOneself = useSession().staff.id === member.id;
  const [base] = useState({ form: toForm(member), etag });
  const form = useForm<StaffForm>({ initialValues: base.form });
  const { conflicted, save, resolve, cancel } = useMergingSave(member.id, onClose);
  return (
    <>
      <ProblemForm form={form} onSubmit={(values) => save(base.form, values, base.etag)}>
        {(isSending) => (
          <>
            <StaffFields form={form} />
            <Switch
              label={t("fields.active")}
              description={isOneself ? t("edit.oneself") : t("edit.activeHint")}
              disabled={isOneself}
              {...form.getInputProps("is_active", { type: "checkbox" })}
            />
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {t("common:actions.cancel")}
              </Button>
              <Button type="submit" loading={isSending}>
                {t("common:actions.save")}
              </Button>
            </Group>
          </>
        )}
      </ProblemForm>
      {conflicted ? <Merge conflicts={conflicted.conflicts} onResolve={(chosen) => void resolve(chosen)} onCancel={cancel} /> : null}
    </>
  );
}

/** Saves, and where somebody else was faster (412) joins both edits; asks only about what both changed. */
function useMergingSave(staffId: string, onDone: () => void) {
  const { t } = useTranslation("staff");
  const queries = useQueryClient();
  const change = useChangeStaff(staffId);
  const [conflicted, setConflicted] = useState<Conflicted | null>(null);

  const save = async (base: StaffForm, values: StaffForm, etag: string): Promise<void> => {
    try {
      const changed = Object.entries(values).filter(([field, value]) => !isSame(value, base[field as keyof StaffForm]));
      const changes = Object.fromEntries(changed) as Partial<StaffForm>;
      const location_ids = changes.location_ids && { location_ids: changes.location_ids.length ? changes.location_ids : null };
      if (changed.length) await change.mutateAsync({ changes: { ...changes, ...location_ids }, etag });
    } catch (error) {
      if (!(error instanceof ProblemError && error.status === 412)) throw error;
      const now = await queries.fetchQuery({ ...staffMemberQuery(staffId), staleTime: 0 });
      const theirs = toForm(now.data);
      const merged = mergeEdits(base, values, theirs);
      if (!merged.conflicts.length) return save(theirs, merged.values, now.etag);
      setConflicted({ conflicts: merged.conflicts, joined: merged.values, theirs, etag: now.etag });
      return;
    }
    notifyDone(t("edit.done"));
    onDone();
  };
  const resolve = async (chosen: Partial<StaffForm>) => {
    if (!conflicted) return;
    setConflicted(null);
    await save(conflicted.theirs, { ...conflicted.joined, ...chosen }, conflicted.etag).catch((error: unknown) =>
      notifyFailed(t("edit.failed"), error instanceof Error ? error.message : ""),
    );
  };
  return { conflicted, save, resolve, cancel: () => setConflicted(null) };
}

interface MergeProps {
  conflicts: Conflict<StaffForm>[];
  onResolve: (chosen: Partial<StaffForm>) => void;
  onCancel: () => void;
}

function Merge(props: MergeProps) {
  const { t } = useTranslation(["staff", "common"]);
  const locations = useQuery(locationChoicesQuery());
  const labels = { name: t("fields.name"), role: t("fields.role"), location_ids: t("fields.locations"), is_active: t("fields.active") };
  const written = (field: keyof StaffForm, value: unknown): string => {
    if (field === "role") return t(`common:roles.${value as StaffForm["role"]}`);
    if (field === "is_active") return value ? t("active") : t("dismissed");
    if (field === "name") return String(value);
    const names = new Map(locations.data?.items.map(({ id, name }) => [id, name]));
    return (value as string[]).map((id) => names.get(id) ?? t("unknownLocation")).join(", ") || t("everywhere");
  };
  return <MergeDialog {...props} labelOf={(field) => labels[field]} textOf={written} />;
}

/** What an owner does when somebody's password or phone is lost; for oneself the account's own pages are there. */
function Help({ member, onSecret }: { member: StaffMember; onSecret: (password: string) => void }) {
  const { t } = useTranslation("staff");
  const { may } = usePermissions();
  const confirm = useConfirm();
  const password = useResetPassword(member.id);
  const factor = useResetSecondFactor(member.id);
  const failed = (error: unknown) => notifyFailed(t("edit.failed"), error instanceof Error ? error.message : "");
  const name = member.name || member.email;
  if (useSession().staff.id === member.id || !member.is_active) return null;
  const resetPassword = async () => {
    if (!(await confirm({ title: t("help.passwordTitle", { name }), children: t("help.passwordDetail"), confirm: t("help.password") }))) return;
    password.mutate(undefined, { onSuccess: ({ temporary_password }) => onSecret(temporary_password), onError: failed });
  };
  const resetFactor = async () => {
    if (!(await confirm({ title: t("help.factorTitle", { name }), children: t("help.factorDetail"), confirm: t("help.factor"), isDangerous: true }))) return;
    factor.mutate(undefined, { onSuccess: () => notifyDone(t("help.factorDone")), onError: failed });
  };
  return (
    <Stack gap="sm">
      <Divider />
      <Text size="sm" c="dimmed">
        {t("help.lead")}
      </Text>
      <Group>
        {may("post /staff/{staff_id}/password-resets") ? (
          <Button variant="default" loading={password.isPending} onClick={() => void resetPassword()}>
            {t("help.password")}
          </Button>
        ) : null}
        {member.has_second_factor && may("delete /staff/{staff_id}/second-factor") ? (
          <Button variant="default" loading={factor.isPending} onClick={() => void resetFactor()}>
            {t("help.factor")}
          </Button>
        ) : null}
      </Group>
    </Stack>
  );
}
