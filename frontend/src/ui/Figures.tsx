import type { ReactNode } from "react";
import classes from "./Figures.module.css";

/** Lays figures out in as many columns as there is room for. */
export function Figures({ children }: { children: ReactNode }) {
  return <dl className={classes.figures}>{children}</dl>;
}
