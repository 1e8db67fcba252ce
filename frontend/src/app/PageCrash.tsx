import { useRouteError } from "react-router";
import { ErrorState } from "@/ui/states";

/** What is shown in place of a page that failed while it was drawn, or whose code could not be fetched. */
export function PageCrash() {
  return <ErrorState error={useRouteError()} retry={() => location.reload()} />;
}
