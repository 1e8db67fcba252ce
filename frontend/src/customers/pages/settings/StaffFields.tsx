import { MultiSelect, Select, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { locationChoicesQuery } from "@/customers/shared/services/staffService";
import type { Role } from "@/lib/session";
import { ErrorState } from "@/ui/states";

export interface StaffFormFields {
  name: string;
  role: Role;
  /** None: all of them. */
  location_ids: string[];
}

const ROLES: readonly Role[] = ["owner", "marketing_manager", "manager", "host"];

/** Name, role and locations: what a new and a known member of staff have alike. */
export function StaffFields<Values extends StaffFormFields>({ form }: { form: UseFormReturnType<Values> }) {
  const { t } = useTranslation(["staff", "common"]);
  const roles = ROLES.map((value) => ({ value, label: t(`common:roles.${value}`) }));
  return (
    <>
      <TextInput label={t("fields.name")} autoComplete="off" {...form.getInputProps("name")} />
      <Select label={t("fields.role")} description={t(`roleHints.${form.values.role}`)} allowDeselect={false} data={roles} {...form.getInputProps("role")} />
      <LocationsField {...(form.getInputProps("location_ids") as LocationsProps)} />
    </>
  );
}

interface LocationsProps {
  value: string[];
  onChange: (ids: string[]) => void;
  error?: string;
}

/** Chooses among the restaurant's locations; none means all. */
export function LocationsField(props: LocationsProps) {
  const { t } = useTranslation("staff");
  const locations = useQuery(locationChoicesQuery());
  const data = locations.data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? [];
  return (
    <>
      <MultiSelect
        label={t("fields.locations")}
        description={t("locationsHint")}
        placeholder={props.value.length ? undefined : t("everywhere")}
        data={data}
        disabled={!locations.data}
        clearable
        {...props}
      />
      {locations.error ? <ErrorState compact error={locations.error} retry={() => void locations.refetch()} /> : null}
    </>
  );
}
