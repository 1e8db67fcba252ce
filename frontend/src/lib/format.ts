import { createContext, useContext, useMemo } from "react";
import { useTranslation } from "react-i18next";

/** How the restaurant counts its money and its days. */
export interface House {
  currency: string;
  zone: string;
}

export const HouseContext = createContext<House>({ currency: "USD", zone: "UTC" });

type Missing = null | undefined;

/** What is written where there is nothing to write. */
export const NOTHING = "–";

/** Writes figures and moments as this language and this restaurant write them. */
export function formatter(language: string, house: House) {
  const date = (style: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, style);
  const inZone = { timeZone: house.zone } as const;
  const day = date({ dateStyle: "medium", timeZone: "UTC" });
  const dayAndMonth = date({ day: "numeric", month: "long", timeZone: "UTC" });
  const moment = date({ dateStyle: "medium", timeStyle: "short", ...inZone });
  const dayOfMoment = date({ dateStyle: "medium", ...inZone });
  const clock = date({ timeStyle: "short", ...inZone });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const figure = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  return {
    /** An amount in minor units: 1250 → $12.50. */
    money: (minor: number | Missing, currency = house.currency) => (minor == null ? NOTHING : money(language, minor, currency)),
    number: (value: number | Missing) => (value == null ? NOTHING : number.format(value)),
    /** A measured figure, to three significant digits. */
    figure: (value: number | Missing) => (value == null ? NOTHING : figure.format(value)),
    /** A share: 0.273 → 27.3%. */
    percent: (value: number | Missing) => (value == null ? NOTHING : percent.format(value)),
    /** A calendar day: "2026-11-25". */
    day: (value: string | Missing) => (value ? day.format(new Date(`${value.slice(0, 10)}T00:00:00Z`)) : NOTHING),
    /** A day that comes every year. */
    yearly: (value: { day: number; month: number; year?: number | null } | Missing) =>
      value ? (value.year ? day : dayAndMonth).format(new Date(Date.UTC(value.year ?? 2000, value.month - 1, value.day))) : NOTHING,
    moment: (value: string | Missing) => (value ? moment.format(new Date(value)) : NOTHING),
    dayOf: (value: string | Missing) => (value ? dayOfMoment.format(new Date(value)) : NOTHING),
    time: (value: string | Missing) => (value ? clock.format(new Date(value)) : NOTHING),
    /** So many days ago: "yesterday", "12 days ago". */
    daysAgo: (days: number | Missing) => (days == null ? NOTHING : relative.format(-days, "day")),
    /** A moment as seen from now: "3 hours ago". */
    ago: (value: string | Missing, now = Date.now()) => (value ? ago(relative, (Date.parse(value) - now) / 1000) : NOTHING),
  };
}

export type Formatter = ReturnType<typeof formatter>;

/** Gives the formatter of the chosen language and of this restaurant. */
export function useFormat(): Formatter {
  const house = useContext(HouseContext);
  const { i18n } = useTranslation();
  return useMemo(() => formatter(i18n.language, house), [i18n.language, house]);
}

function money(language: string, minor: number, currency: string): string {
  const format = new Intl.NumberFormat(language, { style: "currency", currency });
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

function ago(format: Intl.RelativeTimeFormat, seconds: number): string {
  const [unit, size] = STEPS.find(([, each]) => Math.abs(seconds) >= each) ?? ["second", 1];
  return format.format(Math.round(seconds / size), unit);
}
