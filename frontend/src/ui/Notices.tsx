import "@mantine/notifications/styles.css";
import { Notifications } from "@mantine/notifications";

/** The corner where notices appear. */
export default function Notices() {
  return <Notifications position="bottom-right" containerWidth={380} />;
}
