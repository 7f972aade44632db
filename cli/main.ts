import { localPaths } from "../process/paths";
import { mainOf } from "../terminal/commandLine";
import { terminalOf } from "../terminal/text";
import { version } from "./package.json";
import { runX0, X0 } from "./x0";

/** Runs `x0` as this process. An error is reported under the name of the subcommand. */
function start(argv: readonly string[]): Promise<void> {
    const [first = ""] = argv;
    const context = { paths: localPaths(), terminal: terminalOf(), env: process.env };
    return mainOf(/^[a-z]/.test(first) ? `${X0} ${first}` : X0, argv, (words) => runX0(words, context, version));
}

void start(process.argv.slice(2));
