import type { ReactNode } from "react";
import { useResource } from "../../data/index.ts";
import { Time } from "../../figures/index.ts";
import { Code, DataTable, Known, Panel, type Column } from "../../parts/index.ts";

interface Token {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly accounts: readonly string[] | null;
  readonly standing: "valid" | "expired" | "revoked";
  readonly createdAt: string;
  readonly expiresAt: string | null;
}
interface Tokens {
  readonly isRequired: boolean;
  readonly tokens: readonly Token[];
}

const EVERY_MS = 10_000;

/** Who may do what. Making and revoking is for whoever has the machine: the command says the secret once. */
export function TokenPanel(): ReactNode {
  const tokens = useResource<Tokens>("/v1/tokens", EVERY_MS);
  return (
    <Panel title="Tokens" aside={tokens.data === undefined ? undefined : tokens.data.isRequired ? "nobody gets in without one" : "none is asked for: only this machine is listened to"} className="tokens">
      <Known of={tokens}>
        {({ tokens: rows }) => (
          <>
            {rows.length > 0 && <DataTable caption="Access tokens" columns={COLUMNS} rows={rows} keyOf={({ id }) => id} />}
            <div className="how"><p className="small">{rows.length === 0 ? "There is no token yet. Whoever runs the service makes one:" : "Made and revoked by whoever runs the service:"}</p><Code>npx fillbook token create --name desk --scope read</Code></div>
          </>
        )}
      </Known>
    </Panel>
  );
}

const COLUMNS: readonly Column<Token>[] = [
  { key: "name", title: "Name", isText: true, narrow: true, cell: ({ name, id }) => <span title={id}>{name}</span> },
  { key: "scopes", title: "May", isText: true, narrow: true, cell: ({ scopes }) => scopes.join(", ") },
  { key: "accounts", title: "Accounts", isText: true, cell: ({ accounts }) => (accounts === null ? "every one" : accounts.join(", ")) },
  { key: "standing", title: "Standing", isText: true, narrow: true, cell: ({ standing }) => <span className={standing === "valid" ? "" : "warn"}>{standing}</span> },
  { key: "created", title: "Made", isText: true, cell: ({ createdAt }) => <Time at={createdAt} part="day" /> },
  { key: "expires", title: "Ends", isText: true, cell: ({ expiresAt }) => (expiresAt === null ? "never" : <Time at={expiresAt} part="day" />) },
];
