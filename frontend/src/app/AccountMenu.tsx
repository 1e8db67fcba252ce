import { Avatar, Menu, Text, UnstyledButton } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { IconLogout, IconUser } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useSession } from "@/lib/session";
import { forgetAllBut, signOut } from "@/lib/sessionService";
import { notifyFailed } from "@/ui/notify";
import { AppearanceItems } from "./AppearanceMenu";

/** Who is signed in, how the console looks, and the way out. */
export default function AccountMenu() {
  const { t } = useTranslation();
  const { staff } = useSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const name = staff.name || staff.email;
  const leave = async () => {
    try {
      await signOut();
    } catch (error) {
      notifyFailed(t("account.signOutFailed"), error instanceof Error ? error.message : "");
      return;
    }
    await navigate("/sign-in", { replace: true });
    forgetAllBut(queries, null);
  };
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton aria-label={t("account.menu", { name })}>
          <Avatar color="bottle" radius="xl" size={36} aria-hidden>
            <IconUser size={20} stroke={1.7} />
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text fw={600} size="sm" c="var(--mantine-color-text)" truncate>
            {name}
          </Text>
          <Text size="xs">{t(`roles.${staff.role}`)}</Text>
        </Menu.Label>
        <Menu.Divider />
        <AppearanceItems />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void leave()}>
          {t("account.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
