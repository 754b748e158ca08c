export { DropImport } from "./drop.tsx";
