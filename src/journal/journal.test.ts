import { temporaryFolder } from "../../test/journal-kit.ts";
import { journalSuite } from "../../test/journal-suite.ts";
import { FileJournal, MemoryJournal, type Journal } from "./index.ts";

const folders = new Map<Journal, string>();

function openFile(segmentBytes: number, folder = temporaryFolder()): FileJournal {
  const journal = FileJournal.open(folder, { write: true, segmentBytes });
  folders.set(journal, folder);
  return journal;
}

journalSuite("memory", () => new MemoryJournal());

journalSuite(
  "file",
  () => openFile(64 * 1024 * 1024),
  (journal) => {
    journal.close();
    return openFile(64 * 1024 * 1024, folders.get(journal));
  },
);

journalSuite(
  "file in tiny segments",
  () => openFile(700),
  (journal) => {
    journal.close();
    return openFile(700, folders.get(journal));
  },
);

journalSuite(
  "file, restarted read-only",
  () => openFile(4096),
  (journal) => {
    journal.close();
    return FileJournal.open(folders.get(journal)!, { write: false });
  },
);
