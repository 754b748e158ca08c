// Books of other sizes for pictures of the page: `seedThree(URL)` books three fills of three symbols, with a deposit and marks; `seedMany(URL)` ten thousand positions on four venues in five accounts.
const VENUES = ["kraken", "coinbase", "uniswap", "hyperliquid"];
const MANY = 10_000;
const ROWS_A_POST = 5_000;
const HOUR_MS = 3_600_000;

async function post(url, path, rows) {
  for (let i = 0; i < rows.length; i += ROWS_A_POST) {
    const response = await fetch(`${url}/v1/${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(rows.slice(i, i + ROWS_A_POST)) });
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  }
}

/** Of one mark each that is a minute old. */
export async function seedThree(url) {
  const nowMs = Date.now();
  const at = (hoursAgo) => new Date(nowMs - hoursAgo * HOUR_MS).toISOString();
  const rows = [["BTC/USD", "kraken", "buy", "0.25", "98000.5", "24.5", "98450"], ["ETH/USD", "uniswap", "sell", "3", "3310.75", "0", "3325.5"], ["DOGE/USD", "coinbase", "buy", "12000", "0.38215", "4.58", "0.3791"]];
  await post(url, "events", [{ type: "deposit", id: "capital", timestamp: at(30), currency: "USD", amount: "50000" }]);
  await post(url, "fills", rows.map(([symbol, venue, side, quantity, price, fee], i) => ({ id: `three-${i}`, venue, symbol, side, quantity, price, fee, timestamp: at(3 - i) })));
  await post(url, "marks", rows.map(([symbol, , , , , , price]) => ({ symbol, price, timestamp: at(1 / 60) })));
}

export async function seedMany(url) {
  const nowMs = Date.now();
  const of = (i) => ({ symbol: `S${String(i).padStart(5, "0")}/USD`, price: (0.01 * 1.0012 ** i).toPrecision(6) });
  const count = Array.from({ length: MANY }, (_, i) => i);
  const quantity = (price, i) => (((i * 7_919) % 5_000) / Number(price) + 1 / Number(price)).toPrecision(5);
  await post(url, "events", [{ type: "deposit", id: "capital", timestamp: new Date(nowMs - 9 * HOUR_MS).toISOString(), currency: "USD", amount: "5000000" }]);
  await post(url, "fills", count.map((i) => ({ id: `many-${i}`, account: `desk-${i % 5}`, venue: VENUES[i % VENUES.length], symbol: of(i).symbol, side: i % 3 === 0 ? "sell" : "buy", quantity: Number(quantity(of(i).price, i)).toString(), price: Number(of(i).price).toString(), fee: "0.35", timestamp: new Date(nowMs - 8 * HOUR_MS + i * 1_000).toISOString() })).filter(({ quantity: size, price }) => !/e/.test(size + price)));
  await post(url, "marks", count.map((i) => ({ symbol: of(i).symbol, price: (Number(of(i).price) * (1 + (((i * 104_729) % 401) - 200) / 10_000)).toFixed(8), timestamp: new Date(nowMs - 30_000).toISOString() })));
}
