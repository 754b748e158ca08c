import { useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";

/** A dialog over the view: keeps the keyboard inside, goes with Escape or a click beside it, and gives the keyboard back to where it was. */
export function Dialog({ title, onClose, children, className = "" }: { readonly title: string; readonly onClose: () => void; readonly children: ReactNode; readonly className?: string }): ReactNode {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => {
      dialog?.close();
      if (document.activeElement !== document.body) return; // another dialog has it
      const back = before instanceof HTMLElement && before.isConnected && before !== document.body ? before : document.querySelector<HTMLElement>("#view");
      back?.focus({ preventScroll: true });
    };
  }, []);
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return; // of a field it would take away what was typed, and no more
    event.preventDefault();
    onClose();
  };
  return (
    <dialog ref={element} className={className} aria-label={title} onCancel={onClose} onClose={onClose} onKeyDown={press} onClick={(event) => event.target === element.current && onClose()}>
      <div className="inside">
        <header><h2>{title}</h2><button type="button" className="quiet" aria-label="Close" onClick={onClose}>✕</button></header>
        {children}
      </div>
    </dialog>
  );
}
