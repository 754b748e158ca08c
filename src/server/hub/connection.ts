import type { WebSocket } from "ws";
import { readSubscription, type AccountScope, type Subscription } from "../../core/wire/index.ts";
import type { Hub } from "./hub.ts";
import type { SideStream } from "./side-stream.ts";
import type { Connection } from "./watcher.ts";

/** A client asks within this time, or is let go. */
const ASK_MS = 10_000;
const PING_MS = 15_000;
/** One that does not answer so many pings is gone, or reads nothing any more. */
const MISSED_PINGS = 3;

/** Who is at the other end. */
export interface Visitor {
  readonly accounts: AccountScope; // that he may see; undefined: all
  /** Why he gets nothing of what he asks for; undefined when he does. */
  refusalOf(wants: Subscription): string | undefined;
}

/** Serves one WebSocket: takes what it asks for, keeps it alive, lets it go when it is gone. */
export function serveSocket(socket: WebSocket, { hub, side }: { readonly hub: Hub; readonly side: SideStream }, visitor: Visitor): void {
  const connection: Connection = {
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    send: (frame) => socket.send(frame, { binary: false, compress: false }),
    close: (code, reason) => socket.close(code, reason),
  };
  let end: (() => void) | undefined;
  let missed = 0;
  const asks = setTimeout(() => socket.close(1008, "send {} or {\"since\": seq} to begin"), ASK_MS);
  const pings = setInterval(() => {
    missed += 1;
    if (missed > MISSED_PINGS) socket.terminate();
    else socket.ping();
  }, PING_MS);
  for (const timer of [asks, pings]) timer.unref();
  socket.on("pong", () => (missed = 0));
  socket.on("message", (data: Buffer) => {
    clearTimeout(asks);
    const wants = readSubscription(data.toString());
    end?.();
    end = undefined;
    const refusal = typeof wants === "string" ? undefined : visitor.refusalOf(wants);
    if (typeof wants !== "string" && refusal === undefined) {
      const ends = [hub.watch(connection, wants, visitor.accounts), side.watch(connection, wants, visitor.accounts)];
      end = () => ends.forEach((one) => one());
    } else {
      socket.send(JSON.stringify({ problem: { title: refusal === undefined ? "This is no subscription" : "Not allowed", detail: refusal ?? wants } }));
      socket.close(1008, refusal === undefined ? "no subscription" : "not allowed");
    }
  });
  socket.on("error", () => socket.terminate());
  socket.on("close", () => {
    clearTimeout(asks);
    clearInterval(pings);
    end?.();
  });
}
