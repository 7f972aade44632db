import { launch } from "./launch.mjs";

await launch("local", "npm run local");
