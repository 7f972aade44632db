import { readFileSync } from "node:fs";
import { join } from "node:path";
import { localPaths } from "../process/paths";
import { PROJECT_ROOT } from "../project";
import { mainOf } from "../terminal/commandLine";
import { terminalOf } from "../terminal/text";
import { runX0, X0 } from "./x0";

/** Version of the program, from cli/package.json. */
function version(): string {
    const { version: found } = JSON.parse(readFileSync(join(PROJECT_ROOT, "cli", "package.json"), "utf8")) as {
        version: string;
    };
    return found;
}

const context = { paths: localPaths(), terminal: terminalOf(), env: process.env };
const argv = process.argv.slice(2);
const [first = ""] = argv;
void mainOf(/^[a-z]/.test(first) ? `${X0} ${first}` : X0, argv, (words) => runX0(words, context, version()));
