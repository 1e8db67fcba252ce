import { Paper, SimpleGrid, Skeleton, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { DashboardTile } from "@/customers/shared/types/customer-types";
import { type Formatter, useFormat } from "@/lib/format";

const SHOWN = 4;
const HEIGHT = 112;

/** The figures of the day that this role asked for. */
export function Tiles({ tiles }: { tiles: DashboardTile[] | undefined }) {
  const { t } = useTranslation("home");
  const format = useFormat();
  if (!tiles) {
    return (
      <SimpleGrid cols={{ base: 2, md: SHOWN }} aria-hidden>
        {Array.from({ length: SHOWN }, (_, tile) => (
          <Skeleton key={tile} height={HEIGHT} radius="lg" />
        ))}
      </SimpleGrid>
    );
  }
  return (
    <SimpleGrid cols={{ base: 2, md: SHOWN }} component="dl" m={0}>
      {tiles.map((tile) => (
        <Paper key={tile.key} withBorder p="md" mih={HEIGHT} bg="var(--maitre-surface)">
          <Text component="dt" size="sm" c="dimmed">
            {t(`tiles.${tile.key as "spend"}`, { defaultValue: tile.label })}
          </Text>
          <Text component="dd" m={0} ff="heading" fz={{ base: "1.375rem", sm: "1.75rem" }} fw={540} lh={1.25} className="tabular">
            {written(tile, tile.value, format)}
          </Text>
          {tile.previous === null ? null : (
            <Text component="dd" m={0} size="xs" c="dimmed" className="tabular">
              {t("before", { value: written(tile, tile.previous, format) })}
            </Text>
          )}
        </Paper>
      ))}
    </SimpleGrid>
  );
}

function written({ unit, currency }: DashboardTile, value: number, format: Formatter): string {
  return unit === "minor" ? format.money(value, currency ?? undefined) : format.number(value);
}
