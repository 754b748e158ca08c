import type { ReactNode } from "react";
import type { Resource } from "../data/index.ts";

/** What stands where nothing is: what it will be, and what to do for it. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }): ReactNode {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Shows data, and says where there is none, or where it could not be asked for again. */
export function Known<T>({ of, children, empty }: { readonly of: Resource<T>; readonly children: (data: T) => ReactNode; readonly empty?: ReactNode }): ReactNode {
  const { data, error } = of;
  if (data === undefined) return error === undefined ? <p className="waiting" role="status">Asking …</p> : <Failure says={error} />;
  return (
    <>
      {error !== undefined && <Failure says={`${error} These are the figures of before.`} />}
      {children(data) ?? empty}
    </>
  );
}

/** What went wrong, in a sentence. */
export function Failure({ says }: { readonly says: string }): ReactNode {
  return <p className="failure" role="alert">{says}</p>;
}

/** A part of a view under a heading. */
export function Panel({ title, aside, children, className = "" }: { readonly title: string; readonly aside?: ReactNode; readonly children: ReactNode; readonly className?: string }): ReactNode {
  return (
    <section className={`panel ${className}`}>
      <header><h2>{title}</h2>{aside !== undefined && <div className="aside">{aside}</div>}</header>
      {children}
    </section>
  );
}
