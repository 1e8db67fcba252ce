import {
  ActionIcon,
  Anchor,
  Badge,
  Button,
  Card,
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  Modal,
  Paper,
  TextInput,
  Tooltip,
} from "@mantine/core";

// Bottle green on paper, brass for what shines: a dining room, not a dashboard. Red stays for what can hurt a guest.
const bottle: MantineColorsTuple = [
  "#edf6f2", "#dcebe4", "#b6d5c8", "#8dbeab", "#68a891", "#4a937a", "#337a63", "#246350", "#1a5040", "#103c2f",
]; // prettier-ignore
const brass: MantineColorsTuple = [
  "#fdf6e7", "#f7ead0", "#ecd3a1", "#e0bb6f", "#d5a646", "#c8962f", "#a97a20", "#86601a", "#684a14", "#4c350d",
]; // prettier-ignore
const gray: MantineColorsTuple = [
  "#faf7f1", "#f3eee5", "#e8e1d5", "#d8cfc0", "#bfb4a3", "#9b9080", "#786d60", "#5c5248", "#3d352e", "#241f1a",
]; // prettier-ignore
const dark: MantineColorsTuple = [
  "#ece5da", "#cfc6b9", "#aca295", "#857c70", "#4b443c", "#3a342d", "#2b2621", "#211d19", "#191613", "#110f0d",
]; // prettier-ignore
const red: MantineColorsTuple = [
  "#fdf0ed", "#fae0da", "#f3beb3", "#ec9a89", "#e57963", "#d95a42", "#c2432c", "#a13421", "#822819", "#5f1b10",
]; // prettier-ignore

export const DISPLAY_FONT = "'Fraunces Variable', Georgia, 'Times New Roman', serif";
export const TEXT_FONT = "'Figtree Variable', system-ui, -apple-system, 'Segoe UI', sans-serif";

export const theme = createTheme({
  colors: { bottle, brass, gray, dark, red },
  primaryColor: "bottle",
  primaryShade: { light: 7, dark: 6 },
  white: "#fffdf9",
  black: "#241f1a",
  autoContrast: true,
  luminanceThreshold: 0.35,
  defaultRadius: "md",
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  fontFamily: TEXT_FONT,
  headings: {
    fontFamily: DISPLAY_FONT,
    fontWeight: "560",
    sizes: {
      h1: { fontSize: "1.875rem", lineHeight: "1.2" },
      h2: { fontSize: "1.375rem", lineHeight: "1.25" },
      h3: { fontSize: "1.125rem", lineHeight: "1.3" },
    },
  },
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: "subtle", color: "gray" } }),
    Anchor: Anchor.extend({ defaultProps: { underline: "hover" } }),
    Badge: Badge.extend({ defaultProps: { variant: "light", radius: "sm", tt: "none", fw: 600 } }),
    Button: Button.extend({ defaultProps: { fw: 600 } }),
    Card: Card.extend({ defaultProps: { withBorder: true, radius: "lg", padding: "lg" } }),
    Modal: Modal.extend({ defaultProps: { radius: "lg", centered: true } }),
    Paper: Paper.extend({ defaultProps: { radius: "lg" } }),
    TextInput: TextInput.extend({ defaultProps: { size: "sm" } }),
    Tooltip: Tooltip.extend({ defaultProps: { withArrow: true, openDelay: 300 } }),
  },
});

/** Mantine's greys are too faint to read on paper (WCAG 1.4.3); these have 4.5:1 and more. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#faf7f1",
    "--mantine-color-text": "#241f1a",
    "--mantine-color-dimmed": "#695e52",
    "--mantine-color-placeholder": "#756a5d",
    "--mantine-color-error": "#a13421",
    "--mantine-color-anchor": "#1f5a48",
    "--mantine-color-default": "#fffdf9",
    "--mantine-color-default-hover": "#f3eee5",
    "--mantine-color-default-border": "#e0d8ca",
    "--maitre-surface": "#fffdf9",
    "--maitre-sunken": "#f3eee5",
    "--maitre-line": "#e8e1d5",
    "--maitre-brand": "#1a5040",
    "--maitre-brass": "#86601a",
  },
  dark: {
    "--mantine-color-body": "#191613",
    "--mantine-color-text": "#ece5da",
    "--mantine-color-dimmed": "#b0a698",
    "--mantine-color-placeholder": "#9c9285",
    "--mantine-color-error": "#f0937f",
    "--mantine-color-anchor": "#8dc9b2",
    "--mantine-color-default": "#211d19",
    "--mantine-color-default-hover": "#2b2621",
    "--mantine-color-default-border": "#3f3830",
    "--maitre-surface": "#211d19",
    "--maitre-sunken": "#151210",
    "--maitre-line": "#332d27",
    "--maitre-brand": "#8dc9b2",
    "--maitre-brass": "#e0bb6f",
  },
});
