import { nameProblem, reasonProblem, shown } from "../model/index.ts";
import type { EventDecision } from "./decide-event.ts";
import type { RiskReport } from "./event-report.ts";
import { NUMBER } from "./read-event.ts";
import type { RiskState } from "./risk-state.ts";

/**
 * Decides what is found or done of risk now. What is so already is known: whoever reports may do so again and again. What is news is later
 * than all before it, whatever the clock does, so that no two are the same event to another journal.
 */
export function decideRisk(report: RiskReport, risk: RiskState): EventDecision {
  const { breaker } = risk;
  const bad = problemOf(report);
  if (bad !== undefined) return bad;
  const { id } = report;
  const timeNs = risk.lastNs === undefined || risk.lastNs < report.timeNs ? report.timeNs : risk.lastNs + 1n;
  switch (report.type) {
    case "breach": {
      const { is, limit, scope, account, value, threshold } = report;
      if ((risk.breachOf(limit, scope) !== undefined) === (is === "begun")) return { is: "known" };
      return { is: "news", fact: { type: "breached", id, timeNs, is, limit, scope, account, value, threshold } };
    }
    case "trip":
      if (breaker.state === "open") return { is: "known" };
      return { is: "news", fact: { type: "tripped", id, timeNs, by: report.by, who: report.who, why: report.why } };
    case "release": {
      const { to, who, why, sinceNs } = report;
      if (breaker.state === to || breaker.state === "closed" || (sinceNs !== undefined && sinceNs !== breaker.sinceNs)) return { is: "known" };
      return { is: "news", fact: { type: "reset", id, timeNs, to, who, why } };
    }
    case "probe":
      if (breaker.state === "closed") return { is: "known" };
      if (breaker.state === "open") return { is: "refused", code: "breaker_open", why: "the breaker is open: it lets no probe through" };
      if (breaker.probes >= report.most) return { is: "refused", code: "no_probe_left", why: `${breaker.probes} of ${report.most} probes are used` };
      return { is: "news", fact: { type: "probed", id, timeNs, who: report.who, why: report.why } };
  }
}

/** Texts that are kept must be such that they can be shown, and read again. */
function problemOf(report: RiskReport): EventDecision | undefined {
  const refuse = (field: string, text: string, why: string | undefined): EventDecision | undefined => (why === undefined ? undefined : { is: "refused", code: "bad_text", field, why: `${shown(text)} ${why}` });
  if (report.type !== "breach") return (report.type === "trip" ? refuse("by", report.by, nameProblem(report.by)) : undefined) ?? refuse("who", report.who, nameProblem(report.who)) ?? refuse("why", report.why, reasonProblem(report.why));
  const number = (field: "value" | "threshold") => refuse(field, report[field], report[field] === "" || NUMBER.test(report[field]) ? undefined : "is no number");
  return refuse("limit", report.limit, nameProblem(report.limit)) ?? refuse("scope", report.scope, reasonProblem(report.scope)) ?? refuse("account", report.account, report.account === "" ? undefined : nameProblem(report.account)) ?? number("value") ?? number("threshold");
}
