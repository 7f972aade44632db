import "../settings/interpreted";
import { main } from "../terminal/commandLine";
import { smokeCommand } from "./command";

// `npm run smoke`.
void main((session) => smokeCommand(session, "npm run smoke --"));
