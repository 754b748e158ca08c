import { useEffect, useRef, type ReactNode } from "react";

/** A dialog over the view: keeps the keyboard inside, and goes with Escape or a click beside it. */
export function Dialog({ title, onClose, children, className = "" }: { readonly title: string; readonly onClose: () => void; readonly children: ReactNode; readonly className?: string }): ReactNode {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={element} className={className} aria-label={title} onCancel={onClose} onClose={onClose} onClick={(event) => event.target === element.current && onClose()}>
      <div className="inside">
        <header><h2>{title}</h2><button type="button" className="quiet" aria-label="Close" onClick={onClose}>✕</button></header>
        {children}
      </div>
    </dialog>
  );
}
