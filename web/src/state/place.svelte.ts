/** Where the visitor is, kept in the address and nowhere else. */
import { changed, read, write, type Address } from "./url";

const started = read(location.pathname, location.search);
if (started.refused.length) console.info("not understood in the address:", started.refused.join(", "));
if (started.unknown.length) console.info("ignored in the address:", started.unknown.join(", "));

let address = $state.raw(started.address);
let refused = $state.raw(started.refused);
export const place = {
  get address() { return address; },
  get refused() { return refused; },
};

addEventListener("popstate", () => {
  const now = read(location.pathname, location.search);
  address = now.address;
  refused = now.refused;
});

/** Go to a view; dragging replaces the entry, all else adds one. */
export function go(to: Address, how: "add" | "replace" = "add"): void {
  const text = write(to);
  address = to;
  refused = [];
  history[how === "add" ? "pushState" : "replaceState"](null, "", text);
}

/** The address of what is seen as others should get it: with the case it was seen in. */
export function link(hash: string | undefined): string {
  return new URL(write(changed(place.address, { h: hash?.slice(0, 8), tour: undefined })), location.href).href;
}

export function set(changes: Readonly<Record<string, string | readonly string[] | undefined>>, how: "add" | "replace" = "add"): void {
  go(changed(place.address, changes), how);
}

/** For links: a plain click stays on the page, every other click is the browser's. */
export function follow(address: () => Address) {
  return (event: MouseEvent): void => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const turned = address().page !== place.address.page;
    go(address());
    if (turned) scrollTo(0, 0);
  };
}
