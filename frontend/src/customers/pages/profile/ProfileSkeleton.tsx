import { Grid, Group, Skeleton, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** Holds a profile's place, in its real sizes, while it is on its way. */
export function ProfileSkeleton() {
  const { t } = useTranslation();
  return (
    <Stack gap="lg" role="status" aria-label={t("states.loading")}>
      <Skeleton height={16} width={80} />
      <Group gap="md">
        <Skeleton height={64} circle />
        <Stack gap={8}>
          <Skeleton height={28} width={220} />
          <Skeleton height={14} width={260} />
        </Stack>
      </Group>
      <Skeleton height={36} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack gap="lg">
            <Skeleton height={158} radius="lg" />
            <Skeleton height={380} radius="lg" />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Stack gap="lg">
            <Skeleton height={200} radius="lg" />
            <Skeleton height={220} radius="lg" />
          </Stack>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}
