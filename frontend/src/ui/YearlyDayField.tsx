import { Group, Input, NumberInput, Select } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

interface YearlyDay {
  day: number;
  month: number;
  year?: number | undefined;
}

interface YearlyDayFieldProps {
  label: string;
  value: YearlyDay | null;
  onChange: (value: YearlyDay | null) => void;
  error?: string | undefined;
}

/** A day that comes every year, with the year it began if it is known: birthdays, anniversaries. */
export function YearlyDayField({ label, value, onChange, error }: YearlyDayFieldProps) {
  const { t, i18n } = useTranslation();
  const months = useMemo(() => {
    const name = new Intl.DateTimeFormat(i18n.language, { month: "long", timeZone: "UTC" });
    return Array.from({ length: 12 }, (_, month) => ({ value: String(month + 1), label: name.format(Date.UTC(2000, month, 1)) }));
  }, [i18n.language]);
  const put = (part: Partial<YearlyDay>) => {
    const next = { day: 1, month: 1, ...value, ...part };
    onChange(next);
  };
  return (
    <Input.Wrapper label={label} error={error} labelElement="div" role="group" aria-label={label}>
      <Group gap="xs" wrap="nowrap" mt={4}>
        <NumberInput
          aria-label={t("day.day")}
          placeholder={t("day.day")}
          min={1}
          max={31}
          hideControls
          w={70}
          value={value?.day ?? ""}
          onChange={(day) => (day === "" ? onChange(null) : put({ day: Number(day) }))}
        />
        <Select
          aria-label={t("day.month")}
          placeholder={t("day.month")}
          data={months}
          flex={1}
          clearable
          value={value ? String(value.month) : null}
          onChange={(month) => (month === null ? onChange(null) : put({ month: Number(month) }))}
        />
        <NumberInput
          aria-label={t("day.year")}
          placeholder={t("day.year")}
          min={1900}
          max={2100}
          hideControls
          w={90}
          value={value?.year ?? ""}
          onChange={(year) => put({ year: year === "" ? undefined : Number(year) })}
        />
      </Group>
    </Input.Wrapper>
  );
}
