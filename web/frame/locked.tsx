import { useRef, type FormEvent, type ReactNode } from "react";
import { showToken } from "../data/index.ts";
import { Code } from "../parts/index.ts";

/** Asks for a token, where the service wants one. */
export function Locked({ why }: { readonly why: string }): ReactNode {
  const field = useRef<HTMLInputElement>(null);
  const give = (event: FormEvent) => {
    event.preventDefault();
    const text = field.current?.value.trim() ?? "";
    if (field.current !== null) field.current.value = "";
    showToken(text === "" ? undefined : text);
  };
  return (
    <form id="access" onSubmit={give}>
      <h2>A token, please</h2>
      <p className="why" role="status">{why}</p>
      <p><label>Token <input id="token" ref={field} type="password" autoComplete="off" spellCheck={false} required /></label> <button className="primary">Show the book</button></p>
      <p>It is kept in this tab only, until you close it. Whoever runs the service makes one:</p>
      <Code>npx fillbook token create --name me --scope read</Code>
    </form>
  );
}
