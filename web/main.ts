import { copyExactly } from "./cell-view.ts";
import { Connection, type ConnectionState } from "./connection.ts";
import { ageText, grouped } from "./figures.ts";
import { PositionTable } from "./table.ts";
import { totalsOf } from "./totals.ts";
import { showTotals } from "./totals-view.ts";

/** The page is drawn at most so often, and once a second for what ages. */
const DRAW_MS = 200;
const NS_A_MS = 1_000_000n;

const find = <T extends Element>(selector: string): T => document.querySelector<T>(selector)!;
const table = find<HTMLTableElement>("table");
const positions = new PositionTable(table, find("#more"));
/** Kept as long as the tab, and nowhere else. */
const TOKEN = "fillbook-token";
let token = sessionStorage.getItem(TOKEN) ?? undefined;
const connection = new Connection(`${location.origin.replace(/^http/, "ws")}/v1/stream`, token, () => drawSoon());
let drawing: number | undefined;
let lostSince: string | undefined;

find<HTMLFormElement>("#access").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = find<HTMLInputElement>("#token");
  show(field.value.trim() || undefined);
  field.value = "";
});
find("#forget").addEventListener("click", () => show(undefined));
find("#curl").textContent = `curl ${location.origin}/v1/fills -H 'content-type: application/json' -d '{"id":"1","venue":"kraken","symbol":"BTC/USD","side":"buy","quantity":"0.5","price":"63421.5","fee":"12.68","timestamp":"${new Date().toISOString()}"}'`;
table.addEventListener("toggled", draw);
document.addEventListener("copy", copyExactly);
setInterval(drawSoon, 1_000);
drawSoon();

/** Asks for the book with a token, or without one. */
function show(given: string | undefined): void {
  token = given;
  if (given === undefined) sessionStorage.removeItem(TOKEN);
  else sessionStorage.setItem(TOKEN, given);
  connection.use(given);
}

function drawSoon(): void {
  drawing ??= setTimeout(() => {
    drawing = undefined;
    requestAnimationFrame(draw);
  }, DRAW_MS);
}

function draw(): void {
  drawConnection(connection.state);
  drawAccess(connection.state);
  const { seq } = connection.replica;
  const isHidden = seq === undefined || connection.state.is === "locked";
  find<HTMLElement>("#totals").hidden = isHidden;
  if (isHidden) {
    for (const part of ["table", "#empty", "#more"]) find<HTMLElement>(part).hidden = true;
    return;
  }
  const rows = connection.replica.positions(BigInt(Date.now()) * NS_A_MS);
  positions.show(rows);
  showTotals(find("#totals"), totalsOf(rows));
  table.hidden = rows.length === 0;
  find<HTMLElement>("#empty").hidden = rows.length > 0;
}

function drawConnection(state: ConnectionState): void {
  const { seq } = connection.replica;
  const element = find<HTMLElement>("#connection");
  element.dataset["state"] = state.is;
  setText(find("#connection .says"), { connecting: "Connecting", live: "Live", lost: "Not connected", locked: "Locked", refused: "Refused" }[state.is]);
  const age = connection.heardAtMs === undefined ? "" : ageText((performance.now() - connection.heardAtMs) / 1000);
  setText(find("#connection .at"), seq === undefined ? "" : `seq ${grouped(String(seq))} · ${age}`);
  element.title = seq === undefined ? "" : `Everything up to entry ${seq} is shown; the service was last heard ${age} ago`;
  drawNotice(state, seq);
}

/** The form that takes a token, while one is asked for. Shown again it is as it was left. */
function drawAccess(state: ConnectionState): void {
  const isLocked = state.is === "locked";
  if (isLocked) setText(find("#access .why"), state.why);
  find<HTMLElement>("#access").hidden = !isLocked;
  find<HTMLElement>("#forget").hidden = token === undefined;
}

function drawNotice(state: ConnectionState, seq: number | undefined): void {
  const notice = find<HTMLElement>("#notice");
  if (state.is === "lost") lostSince ??= new Date().toLocaleTimeString();
  else if (state.is === "live") lostSince = undefined;
  document.body.classList.toggle("stale", lostSince !== undefined && seq !== undefined);
  notice.hidden = state.is !== "refused" && lostSince === undefined;
  if (state.is === "refused") setText(notice, state.why);
  else if (lostSince !== undefined) setText(notice, seq === undefined ? "The service does not answer. Trying again." : `Not connected since ${lostSince}: figures are those of entry ${grouped(String(seq))}. Trying again.`);
}

function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.replaceChildren(text);
}
