"use strict";
/* Shapes, words and the small trends of the wall. Text reaches the page as text alone, never as markup. */

const QUALITIES = ["good", "uncertain", "bad"];
const SHAPES = { good: "M8 1a7 7 0 1 0 .01 0z", uncertain: "M8 1L15.5 15H.5z", bad: "M3 1L8 6l5-5 2 2-5 5 5 5-2 2-5-5-5 5-2-2 5-5-5-5z" };
const SVG = "http://www.w3.org/2000/svg";

function element(name, { text, ...attributes } = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

function drawn(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function mark(quality) {
  const shape = drawn("path", { d: SHAPES[quality], class: `shape ${quality}` });
  return drawn("svg", { class: "mark", viewBox: "0 0 16 16", role: "img", "aria-label": quality }, shape);
}

function figure(value) {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  return value.toFixed(size >= 1000 ? 0 : size >= 100 ? 1 : 2);
}

function ago(seconds) {
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s ago`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`;
  return seconds < 172800 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86400)} days ago`;
}

/* The middle of equal distances: what is much further apart is a gap, not a line. */
function usualStep(points) {
  const steps = points.slice(1).map((point, i) => point[0] - points[i][0]).sort((a, b) => a - b);
  return steps.length ? steps[Math.floor(steps.length / 2)] : 0;
}

function withGaps(points) {
  const step = usualStep(points);
  const spaced = [];
  points.forEach((point, i) => {
    if (i && point[0] - points[i - 1][0] > 4 * step) spaced.push([(point[0] + points[i - 1][0]) / 2]);
    spaced.push(point);
  });
  return spaced;
}

/* How far back a trend goes: at least `leastS`, further where points are rare. */
function lengthOf(points, leastS) {
  return points.length ? Math.max(leastS, points[points.length - 1][0] - points[0][0]) : leastS;
}

/* Points are [seconds, value, lower, upper, rank]. */
function trend(points, leastS) {
  const lengthS = lengthOf(points, leastS);
  const svg = drawn("svg", { class: "trend", viewBox: "0 0 100 30", preserveAspectRatio: "none", "aria-hidden": "true" });
  const numbers = points.flatMap((point) => point.slice(1, 4)).filter((number) => number !== null);
  if (!numbers.length) return svg;
  const last = points[points.length - 1][0], low = Math.min(...numbers), high = Math.max(...numbers);
  const middle = (low + high) / 2, span = Math.max(high - low, Math.abs(middle) * 0.05, 1e-9);
  const x = (s) => (100 - (98 * (last - s)) / lengthS - 1).toFixed(2);
  const y = (v) => (15 - (26 * (v - middle)) / span).toFixed(2);
  for (const piece of pieces(withGaps(points))) {
    const limits = piece.filter((point) => point[2] !== null);
    const edge = [...limits.map((p) => `${x(p[0])},${y(p[3])}`), ...limits.reverse().map((p) => `${x(p[0])},${y(p[2])}`)];
    svg.append(drawn("polygon", { class: "band", points: edge.join(" ") }));
    if (piece.length > 1) svg.append(drawn("polyline", { class: "line", points: piece.map((p) => `${x(p[0])},${y(p[1])}`).join(" ") }));
    else svg.append(drawn("path", { class: "doubt alone", d: `M${x(piece[0][0])} ${y(piece[0][1])}h.01` }));
  }
  for (const [s, value, , , rank] of points) {
    if (!rank) continue;
    const height = value === null ? "29" : y(value);
    svg.append(drawn("path", { class: `doubt ${QUALITIES[rank]}`, d: `M${x(s)} ${height}h.01` }));
  }
  return svg;
}

function pieces(points) {
  const found = [[]];
  for (const point of points) {
    if (point[1] === null || point[1] === undefined) found.push([]);
    else found[found.length - 1].push(point);
  }
  return found.filter((piece) => piece.length);
}

const twoDigits = (number) => String(number).padStart(2, "0");

function clock(seconds, isTime) {
  if (!isTime) return `${(seconds / 3600).toFixed(1)} h`;
  const at = new Date(seconds * 1000);
  return `${twoDigits(at.getMonth() + 1)}-${twoDigits(at.getDate())} ${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`;
}
