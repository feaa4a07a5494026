"use strict";
/* All probes side by side: what the newest spectrum of each vessel shows of the light path. */

const FAR = 5; // robust deviations from the other vessels
const LEAST_VESSELS = 5;

const middle = (numbers) => { const sorted = [...numbers].sort((a, b) => a - b); return sorted[Math.floor(sorted.length / 2)]; };

/* Return how far each number lies from the others', in their robust standard deviations. */
function apart(numbers) {
  const known = numbers.filter((number) => number !== null && number !== undefined);
  if (known.length < LEAST_VESSELS) return numbers.map(() => 0);
  const centre = middle(known), spread = 1.4826 * middle(known.map((number) => Math.abs(number - centre)));
  const least = Math.max(spread, Math.abs(centre) * 1e-3);
  return numbers.map((number) => (number === null || number === undefined || !least ? 0 : (number - centre) / least));
}

function drawProbes(all) {
  const back = element("button", { type: "button", text: "‹ all vessels" });
  back.addEventListener("click", () => { location.hash = ""; });
  const scans = all.map(([, tags]) => scanOf(tags[0]));
  const shown = PROBE.filter(([name]) => scans.some((scan) => (scan?.health[name] ?? null) !== null));
  const columns = shown.map(([name]) => { const numbers = scans.map((scan) => scan?.health[name] ?? null); return [numbers, apart(numbers)]; });
  const head = element("tr", {}, ...["vessel", "last spectrum", ...shown.map(([, words]) => words)].map((text) => element("th", { text, scope: "col" })));
  const rows = all.map(([key, tags], i) => probeRow(key, tags, scans[i], columns.map(([numbers, far]) => [numbers[i], far[i]])));
  const bar = element("div", { class: "bar" }, back, element("h2", { text: "Probes" }), element("span", { text: "newest spectrum of each vessel; ▲ ▼ far above or below the other vessels" }));
  byId("probes").replaceChildren(bar, element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)));
}

function probeRow(key, tags, scan, cells) {
  const name = element("button", { type: "button", text: tags[0].vessel });
  name.addEventListener("click", () => { location.hash = encodeURIComponent(key); });
  const numbers = cells.map(([number, far]) => {
    const isFar = Math.abs(far) > FAR;
    return element("td", { class: isFar ? "far" : "", text: `${isFar ? (far > 0 ? "▲ " : "▼ ") : ""}${compact(number)}` });
  });
  const age = scan?.came_s ? ago(nowS() - scan.came_s) : "–";
  return element("tr", {}, element("th", { scope: "row" }, mark(worst(tags)), " ", name), element("td", { text: age }), ...numbers);
}
