import { useTranslation } from "react-i18next";
import type { UnavailablePart } from "@/customers/shared/types/customer-types";
import { PartialState } from "@/ui/states";

const PASSING: readonly UnavailablePart["reason"][] = ["away", "slow", "broken"];

/** Says which parts of the profile cannot be shown now. What no service brings yet, or the role may not see, is no news. */
export function MissingParts({ parts, retry }: { parts: UnavailablePart[]; retry: () => void }) {
  const { t, i18n } = useTranslation("guests");
  const missing = parts.filter(({ reason }) => PASSING.includes(reason));
  if (!missing.length) return null;
  const names = missing.map(({ part }) => t(`parts.${part as "loyalty"}`, { defaultValue: part }));
  return (
    <PartialState retry={retry}>
      {t("partial", { parts: new Intl.ListFormat(i18n.language, { type: "conjunction" }).format(names), count: missing.length })}
    </PartialState>
  );
}
