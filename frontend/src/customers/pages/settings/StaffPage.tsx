import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconPlus, IconUsers } from "@tabler/icons-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { locationChoicesQuery, type StaffMember, staffQuery } from "@/customers/shared/services/staffService";
import { useFormat } from "@/lib/format";
import { usePermissions } from "@/lib/session";
import { useListState } from "@/lib/urlState";
import { type Column, DataTable } from "@/ui/DataTable";
import { Page } from "@/ui/Page";
import { EmptyState } from "@/ui/states";

const StaffEditor = lazy(() => import("./StaffEditor"));
const StaffAdder = lazy(() => import("./StaffAdder"));

/** Who may sign in: their role, their locations, how they prove who they are. */
export default function StaffPage() {
  const { t } = useTranslation("staff");
  const { may } = usePermissions();
  const list = useListState();
  const [{ cursor, limit }] = list;
  const page = useQuery(staffQuery(cursor, limit));
  const [open, setOpen] = useState<string | null>(null);
  const columns = useColumns(setOpen);
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        may("post /staff") ? (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpen("new")}>
            {t("add.open")}
          </Button>
        ) : null
      }
    >
      <DataTable
        label={t("title")}
        columns={columns}
        page={page}
        list={list}
        rowId={({ id }) => id}
        card={(member) => (
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <Stack gap={4} miw={0}>
              <Who member={member} />
              <Access member={member} />
            </Stack>
            <EditButton member={member} onEdit={setOpen} />
          </Group>
        )}
        empty={<EmptyState icon={IconUsers} title={t("none")} />}
      />
      <Suspense fallback={null}>
        {open === "new" ? <StaffAdder onClose={() => setOpen(null)} /> : null}
        {open && open !== "new" ? <StaffEditor staffId={open} onClose={() => setOpen(null)} /> : null}
      </Suspense>
    </Page>
  );
}

// No formatter among what they depend on: it changes as the house arrives, and every cell would be made anew under the pointer.
function useColumns(onEdit: (id: string) => void): Column<StaffMember>[] {
  const { t } = useTranslation("staff");
  return useMemo(
    () => [
      { id: "name", header: t("fields.name"), cell: ({ row }) => <Who member={row.original} /> },
      { id: "role", header: t("fields.role"), cell: ({ row }) => <Access member={row.original} /> },
      { id: "locations", header: t("fields.locations"), cell: ({ row }) => <Locations member={row.original} /> },
      { id: "factor", header: t("fields.factor"), cell: ({ row }) => t(row.original.has_second_factor ? "factor.on" : "factor.off") },
      { id: "seen", header: t("fields.seen"), cell: ({ row }) => <LastSeen member={row.original} /> },
      { id: "edit", header: () => <span className="visually-hidden">{t("fields.edit")}</span>, meta: { align: "end" }, cell: ({ row }) => <EditButton member={row.original} onEdit={onEdit} /> },
    ],
    [t, onEdit],
  );
}

function Who({ member }: { member: StaffMember }) {
  return (
    <div>
      <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
        {member.name || member.email}
      </Text>
      {member.name ? (
        <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {member.email}
        </Text>
      ) : null}
    </div>
  );
}

function Access({ member }: { member: StaffMember }) {
  const { t } = useTranslation(["staff", "common"]);
  return (
    <Group gap="xs">
      <Text size="sm">{t(`common:roles.${member.role}`)}</Text>
      {member.is_active ? null : <Badge color="gray">{t("dismissed")}</Badge>}
      {member.is_active && member.must_change_password ? <Badge color="brass">{t("temporary")}</Badge> : null}
      {member.has_password ? null : <Badge color="bottle">{t("providerOnly")}</Badge>}
    </Group>
  );
}

function Locations({ member }: { member: StaffMember }) {
  const { t } = useTranslation("staff");
  const locations = useQuery(locationChoicesQuery());
  if (!member.location_ids) return t("everywhere");
  const names = new Map(locations.data?.items.map(({ id, name }) => [id, name]));
  return member.location_ids.map((id) => names.get(id) ?? t("unknownLocation")).join(", ");
}

function LastSeen({ member }: { member: StaffMember }) {
  return useFormat().ago(member.last_signed_in_at);
}

function EditButton({ member, onEdit }: { member: StaffMember; onEdit: (id: string) => void }) {
  const { t } = useTranslation(["staff", "common"]);
  const { may } = usePermissions();
  if (!may("patch /staff/{staff_id}")) return null;
  return (
    <Button size="xs" variant="default" flex="none" aria-label={t("edit.open", { name: member.name || member.email })} onClick={() => onEdit(member.id)}>
      {t("common:actions.edit")}
    </Button>
  );
}
