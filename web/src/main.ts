import { mount } from "svelte";
import App from "./app.svelte";
import { openExport } from "./api";
import { enterFromAddress } from "./state/door";
import "./style.css";

await openExport();
await enterFromAddress();
mount(App, { target: document.getElementById("app")! });
// Text stands at once in a system font; ours comes after the first paint.
requestAnimationFrame(() => setTimeout(() => void import("./fonts"), 0));
