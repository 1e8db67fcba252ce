import { ActionIcon, Menu, useMantineColorScheme } from "@mantine/core";
import { IconCheck, IconDeviceDesktop, IconMoon, IconSun, IconWorld } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { chooseLanguage, type Language, LANGUAGES } from "@/lib/i18n";

const SCHEMES = { light: IconSun, dark: IconMoon, auto: IconDeviceDesktop } as const;

/** Chooses how the console looks and speaks, on this machine. */
export function AppearanceMenu() {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon size="lg" aria-label={t("appearance.label")}>
          <IconWorld size={20} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <AppearanceItems />
      </Menu.Dropdown>
    </Menu>
  );
}

/** The choices themselves, for any menu. */
export function AppearanceItems() {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Menu.Label>{t("appearance.scheme")}</Menu.Label>
      {Object.entries(SCHEMES).map(([name, Icon]) => (
        <Menu.Item
          key={name}
          role="menuitemradio"
          aria-checked={colorScheme === name}
          leftSection={<Icon size={16} aria-hidden />}
          rightSection={colorScheme === name ? <IconCheck size={15} aria-hidden /> : null}
          onClick={() => setColorScheme(name as keyof typeof SCHEMES)}
        >
          {t(`appearance.${name as keyof typeof SCHEMES}`)}
        </Menu.Item>
      ))}
      <Menu.Divider />
      <Menu.Label>{t("appearance.language")}</Menu.Label>
      {Object.entries(LANGUAGES).map(([code, name]) => (
        <Menu.Item
          key={code}
          lang={code}
          role="menuitemradio"
          aria-checked={i18n.language === code}
          rightSection={i18n.language === code ? <IconCheck size={15} aria-hidden /> : null}
          onClick={() => void chooseLanguage(code as Language, true)}
        >
          {name}
        </Menu.Item>
      ))}
    </>
  );
}
