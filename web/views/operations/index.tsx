import type { ReactNode } from "react";
import "./operations.css";
import { BreakerPanel } from "./breaker.tsx";
import { RefusalPanel } from "./refusals.tsx";
import { JournalPanel } from "./journal.tsx";
import { TokenPanel } from "./tokens.tsx";

/** The service itself: journal and lag, what was refused, who may do what, the breaker. */
export default function Operations(): ReactNode {
  return (
    <div className="operations">
      <div className="operations-columns">
        <JournalPanel />
        <BreakerPanel />
      </div>
      <RefusalPanel />
      <TokenPanel />
    </div>
  );
}
