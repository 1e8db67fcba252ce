import { Box, Center, Group, Paper, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useDocumentTitle } from "@/ui/Page";
import classes from "./Entrance.module.css";
import { AppearanceMenu } from "./AppearanceMenu";
import { Mark } from "./Mark";

/** The room before the console: one card on paper, for signing in and choosing passwords. */
export function Entrance({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  const { t } = useTranslation();
  useDocumentTitle(title);
  return (
    <div className={classes.room}>
      <Group justify="flex-end" p="md">
        <AppearanceMenu />
      </Group>
      <Center component="main" px="md" pb={80} className={classes.middle}>
        <Box w="100%" maw={400}>
          <Group gap="sm" mb="xl" justify="center">
            <Mark size={40} />
            <Text ff="heading" fz="1.75rem" fw={560}>
              {t("brand")}
            </Text>
          </Group>
          <Paper withBorder p="xl" bg="var(--maitre-surface)" shadow="sm">
            <Title order={1} size="h2">
              {title}
            </Title>
            <Text c="dimmed" size="sm" mb="lg" mt={4}>
              {lead}
            </Text>
            {children}
          </Paper>
        </Box>
      </Center>
    </div>
  );
}
