import { ActionIcon, Avatar, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconDots, IconSearch } from "@tabler/icons-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, NavLink, Outlet, ScrollRestoration, useLocation } from "react-router";
import { organisationQuery } from "@/customers/shared/services/crmService";
import { usePermissions } from "@/lib/session";
import { PageLoading } from "@/ui/states";
import classes from "./Frame.module.css";
import { JobsButton } from "./JobsButton";
import { Mark } from "./Mark";
import { type Place, placesFor } from "./navigation";
import { useLiveUpdates } from "./useLiveUpdates";
import { usePalette } from "./usePalette";

const AccountMenu = lazy(() => import("./AccountMenu"));
const MorePlaces = lazy(() => import("./MorePlaces"));

const AT_BOTTOM = 4;
const MAIN = "main";

/** The console around every page: places at the side (at the bottom on a phone), search, the person's menu. */
export default function Frame() {
  const { t } = useTranslation();
  const permissions = usePermissions();
  const { may } = permissions;
  const places = placesFor(permissions);
  const { data: house } = useQuery(organisationQuery());
  const { palette, open } = usePalette(places);
  const isMac = navigator.platform.startsWith("Mac");
  useFocusOnNewPage();
  useLiveUpdates();
  return (
    <div className={classes.frame}>
      <a href={`#${MAIN}`} className="skip-link">
        {t("nav.skip")}
      </a>
      <nav aria-label={t("nav.label")} className={classes.side}>
        <Link to="/" className={classes.house}>
          <Mark size={34} />
          <Text component="span" className={classes.houseName} lineClamp={2}>
            {house?.name ?? t("brand")}
          </Text>
        </Link>
        <ul className={classes.places}>
          {places.map((place) => (
            <li key={place.to}>
              <PlaceLink place={place} />
            </li>
          ))}
        </ul>
      </nav>
      <div className={classes.main}>
        <header className={classes.top}>
          <Link to="/" className={classes.small} aria-label={t("nav.home")}>
            <Mark size={30} />
          </Link>
          <button type="button" className={classes.find} onClick={open} aria-keyshortcuts={isMac ? "Meta+K" : "Control+K"}>
            <IconSearch size={16} aria-hidden />
            <span className={classes.findText}>{t("palette.open")}</span>
            <kbd className={classes.findKey}>{isMac ? t("palette.keyMac") : t("palette.key")}</kbd>
          </button>
          <div className={classes.spacer} />
          {may("get /jobs") ? <JobsButton /> : null}
          <Suspense fallback={<Avatar size={36} radius="xl" />}>
            <AccountMenu />
          </Suspense>
        </header>
        <main id={MAIN} tabIndex={-1} className={classes.content}>
          <Suspense fallback={<PageLoading />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <BottomBar places={places} />
      {palette}
      <ScrollRestoration />
    </div>
  );
}

function PlaceLink({ place: { to, label, icon: Icon } }: { place: Place }) {
  const { t } = useTranslation();
  return (
    <NavLink to={to} end={to === "/"} className={classes.place}>
      <Icon size={20} stroke={1.6} aria-hidden />
      {t(label)}
    </NavLink>
  );
}

function BottomBar({ places }: { places: Place[] }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const fits = places.length <= AT_BOTTOM + 1;
  const shown = fits ? places : places.slice(0, AT_BOTTOM);
  return (
    <nav aria-label={t("nav.label")} className={classes.bottom}>
      <ul>
        {shown.map((place) => (
          <li key={place.to}>
            <PlaceLink place={place} />
          </li>
        ))}
        {fits ? null : (
          <li>
            <ActionIcon className={classes.place} w="100%" h="auto" onClick={() => setOpen(true)} aria-label={t("nav.more")}>
              <IconDots size={20} stroke={1.6} aria-hidden />
            </ActionIcon>
          </li>
        )}
      </ul>
      {isOpen ? (
        <Suspense fallback={null}>
          <MorePlaces places={places.slice(AT_BOTTOM)} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </nav>
  );
}

/** Puts the focus on the new page's content, as a page load would; not at the first one, and not while only the address' query changes. */
function useFocusOnNewPage() {
  const { pathname } = useLocation();
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    document.getElementById(MAIN)?.focus({ preventScroll: true });
  }, [pathname]);
}
