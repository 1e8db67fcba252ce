import { Button, Group, Modal, SimpleGrid, TagsInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { guestQuery, useChangeGuest, useFreshGuest } from "@/customers/shared/services/crmService";
import { useFormat } from "@/lib/format";
import { type Conflict, mergeEdits } from "@/lib/merge";
import { ProblemError } from "@/lib/problem";
import { usePermissions } from "@/lib/session";
import { MergeDialog } from "@/ui/MergeDialog";
import { notifyDone } from "@/ui/notify";
import { ProblemForm } from "@/ui/ProblemForm";
import { ErrorState, LinesSkeleton } from "@/ui/states";
import { YearlyDayField } from "@/ui/YearlyDayField";
import { DietaryField } from "./DietaryField";
import { type GuestForm, toChanges, toForm } from "./guestForm";

interface EditorProps {
  customerId: string;
  onClose: () => void;
}

/** Edits what this person may see of a guest. */
export default function GuestEditor({ customerId, onClose }: EditorProps) {
  const { t } = useTranslation(["guests", "common"]);
  const guest = useQuery({ ...guestQuery(customerId), staleTime: 0, gcTime: 0, refetchOnWindowFocus: false });
  return (
    <Modal opened onClose={onClose} title={t("edit.title")} size="lg">
      {guest.error ? <ErrorState error={guest.error} retry={() => void guest.refetch()} /> : null}
      {guest.isPending ? <LinesSkeleton lines={6} height={36} /> : null}
      {guest.data ? <Editor customerId={customerId} base={toForm(guest.data.data)} etag={guest.data.etag} onClose={onClose} /> : null}
    </Modal>
  );
}

interface Conflicted {
  conflicts: Conflict<GuestForm>[];
  /** What stands where nobody disagrees. */
  joined: GuestForm;
  theirs: GuestForm;
  etag: string;
}

function Editor({ customerId, base, etag, onClose }: EditorProps & { base: GuestForm; etag: string }) {
  const { t } = useTranslation(["guests", "common"]);
  const { sees } = usePermissions();
  const form = useForm<GuestForm>({
    initialValues: base,
    validate: { name: (name) => (name.trim() ? null : t("edit.nameMissing")) },
  });
  const { conflicted, save, resolve, cancel } = useMergingSave(customerId, onClose);
  return (
    <>
      <ProblemForm form={form} onSubmit={(values) => save(base, values, etag)}>
        {(isSending) => (
          <>
            <TextInput label={t("fields.name")} required data-autofocus {...form.getInputProps("name")} />
            {sees("contact") ? (
              <SimpleGrid cols={{ base: 1, sm: 2 }}>
                <TagsInput label={t("fields.emails")} description={t("edit.firstCounts")} {...form.getInputProps("emails")} />
                <TagsInput label={t("fields.phones")} description={t("edit.phoneHint")} {...form.getInputProps("phones")} />
              </SimpleGrid>
            ) : null}
            {sees("dietary") ? (
              <DietaryField value={form.values.dietary} onChange={(value) => form.setFieldValue("dietary", value)} error={text(form.errors.dietary)} />
            ) : null}
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <YearlyDayField label={t("fields.birthday")} value={form.values.birthday} onChange={(day) => form.setFieldValue("birthday", day)} error={text(form.errors.birthday)} />
              <YearlyDayField label={t("fields.anniversary")} value={form.values.anniversary} onChange={(day) => form.setFieldValue("anniversary", day)} error={text(form.errors.anniversary)} />
            </SimpleGrid>
            <TagsInput label={t("fields.tags")} description={t("edit.tagHint")} {...form.getInputProps("tags")} />
            <TextInput label={t("fields.source")} {...form.getInputProps("acquisition_source")} />
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
      {conflicted ? <Merge conflicted={conflicted} onResolve={resolve} onCancel={cancel} /> : null}
    </>
  );
}

function text(error: unknown): string | undefined {
  return typeof error === "string" ? error : undefined;
}

/** Saves, and where somebody else was faster (412) joins both edits; asks only about what both changed. */
function useMergingSave(customerId: string, onDone: () => void) {
  const { t } = useTranslation(["guests", "common"]);
  const change = useChangeGuest(customerId);
  const fresh = useFreshGuest(customerId);
  const [conflicted, setConflicted] = useState<Conflicted | null>(null);

  const save = async (base: GuestForm, values: GuestForm, etag: string): Promise<void> => {
    try {
      const changes = toChanges(base, values);
      if (Object.keys(changes).length) await change.mutateAsync({ changes, etag });
    } catch (error) {
      if (!(error instanceof ProblemError && error.status === 412)) throw error;
      const now = await fresh();
      const theirs = toForm(now.data);
      const merged = mergeEdits(base, values, theirs);
      if (!merged.conflicts.length) return save(theirs, merged.values, now.etag);
      setConflicted({ conflicts: merged.conflicts, joined: merged.values, theirs, etag: now.etag });
      return;
    }
    notifyDone(t("edit.done"));
    onDone();
  };
  const resolve = (chosen: Partial<GuestForm>) => {
    if (!conflicted) return Promise.resolve();
    setConflicted(null);
    return save(conflicted.theirs, { ...conflicted.joined, ...chosen }, conflicted.etag);
  };
  return { conflicted, save, resolve, cancel: () => setConflicted(null) };
}

interface MergeProps {
  conflicted: Conflicted;
  onResolve: (chosen: Partial<GuestForm>) => Promise<void>;
  onCancel: () => void;
}

function Merge({ conflicted, onResolve, onCancel }: MergeProps) {
  const { t } = useTranslation(["guests", "common"]);
  const format = useFormat();
  const written = (field: keyof GuestForm, value: unknown): string => {
    if (value === null || value === "" || (Array.isArray(value) && !value.length)) return t("edit.nothing");
    if (field === "birthday" || field === "anniversary") return format.yearly(value as GuestForm["birthday"]);
    if (field === "dietary") return (value as GuestForm["dietary"]).map(({ kind, name }) => t(`dietary.${kind}`, { name })).join(", ");
    return Array.isArray(value) ? value.join(", ") : String(value);
  };
  return (
    <MergeDialog
      conflicts={conflicted.conflicts}
      labelOf={(field) => t(`fields.${field === "acquisition_source" ? "source" : field}`)}
      textOf={written}
      onResolve={(chosen) => void onResolve(chosen)}
      onCancel={onCancel}
    />
  );
}
