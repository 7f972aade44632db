import { launch } from "./launch.mjs";

await launch("smoke", "npm run smoke");
