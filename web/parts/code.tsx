import { useState, type ReactNode } from "react";

/** A command to copy. */
export function Code({ children }: { readonly children: string }): ReactNode {
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(children).then(() => setCopied(true), () => undefined);
  };
  return (
    <div className="code">
      <pre><code>{children}</code></pre>
      <button type="button" onClick={copy}>{isCopied ? "Copied" : "Copy"}</button>
    </div>
  );
}
