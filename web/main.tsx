import { createRoot } from "react-dom/client";
import "./tokens.css";
import "./base.css";
import "./parts/parts.css";
import "./frame/frame.css";
import { App } from "./frame/app.tsx";

createRoot(document.querySelector("#page")!).render(<App />);
