"use strict";
/* Bright office or dark room: as the machine is set, or as this screen was told. */
const LIGHTS = ["auto", "bright", "dark"];
const dark = matchMedia("(prefers-color-scheme: dark)");
const asked = new URLSearchParams(location.search).get("light");
/* A browser that keeps nothing for us is a browser still. */
const kept = { get() { try { return localStorage.getItem("light"); } catch { return null; } }, set(told) { try { localStorage.setItem("light", told); } catch { /* until the next visit */ } } };
let light = [asked, kept.get()].find((each) => LIGHTS.includes(each)) ?? "auto";

function setLight() {
  document.documentElement.dataset.light = light === "auto" ? (dark.matches ? "dark" : "bright") : light;
  byId("light").textContent = `light: ${light}`;
}

byId("light").addEventListener("click", () => {
  light = LIGHTS[(LIGHTS.indexOf(light) + 1) % LIGHTS.length];
  kept.set(light);
  setLight();
  again();
});
dark.addEventListener("change", () => { setLight(); again(); });
setLight();
