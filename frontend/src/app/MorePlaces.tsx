import { Drawer, NavLink as Line } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import type { Place } from "./navigation";

/** The places for which a phone's bottom bar has no room. */
export default function MorePlaces({ places, onClose }: { places: Place[]; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer opened onClose={onClose} position="bottom" size="auto" title={t("nav.more")} radius="lg">
      {places.map(({ to, label, icon: Icon }) => (
        <Line key={to} component={NavLink} to={to} label={t(label)} leftSection={<Icon size={20} aria-hidden />} onClick={onClose} />
      ))}
    </Drawer>
  );
}
