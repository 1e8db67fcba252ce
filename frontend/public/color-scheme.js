// Runs before the first paint, so that a dark console never flashes light. A file of its own: our policy forbids inline scripts.
(function () {
  var chosen = "auto";
  try {
    chosen = localStorage.getItem("maitre-color-scheme") || "auto";
  } catch (_) {
    // storage may be forbidden; then the system decides
  }
  var dark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
