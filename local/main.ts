import "../settings/interpreted";
import { main } from "../terminal/commandLine";
import { localCommand } from "./command";

// `npm run local`.
void main(localCommand);
