// Loaded with the first notice, not with the first page.
const shown = () => import("@mantine/notifications");

/** Says in a corner that something was done; gone by itself. */
export function notifyDone(message: string): void {
  void shown().then(({ notifications }) => notifications.show({ message, color: "bottle" }));
}

/** Says in a corner that something failed which has no place of its own on the page; stays until it is closed. */
export function notifyFailed(title: string, message: string): void {
  void shown().then(({ notifications }) => notifications.show({ title, message, color: "red", autoClose: false }));
}
