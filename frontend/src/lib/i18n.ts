import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import account from "@/texts/en/account.json";
import common from "@/texts/en/common.json";
import guests from "@/texts/en/guests.json";
import home from "@/texts/en/home.json";
import staff from "@/texts/en/staff.json";

const english = { account, common, guests, home, staff };

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: typeof english;
  }
}

/** The languages of the console, by the names they give themselves. */
export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

const KEPT = "maitre-language";
const elsewhere: Record<string, () => Promise<object>> = import.meta.glob("../texts/de/*.json", { import: "default" });

/** Starts with the language that was chosen here before, else the browser's, else English. */
export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: "en",
    fallbackLng: "en",
    defaultNS: "common",
    resources: { en: english },
    interpolation: { escapeValue: false },
  });
  await chooseLanguage(wanted());
}

/** Changes the language of everything, and remembers it on this machine. */
export async function chooseLanguage(language: Language, remember = false): Promise<void> {
  if (language !== "en") {
    await Promise.all(
      Object.entries(elsewhere).map(async ([path, load]) => {
        const name = path.split("/").pop()?.replace(".json", "") ?? "";
        i18next.addResourceBundle(language, name, await load());
      }),
    );
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  if (remember) localStorage.setItem(KEPT, language);
}

function wanted(): Language {
  const kept = localStorage.getItem(KEPT);
  const asked = [kept, ...navigator.languages.map((each) => each.slice(0, 2))];
  return (asked.find((each) => each !== null && each in LANGUAGES) as Language | undefined) ?? "en";
}
