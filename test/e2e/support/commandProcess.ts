import { runX0, X0 } from "../../../cli/x0";
import { mainOf } from "../../../terminal/commandLine";
import { terminalOf } from "../../../terminal/text";
import { paths } from "./embedded";

// Runs `x0` as a separate process on the tests' cluster, with its real exit code and streams.
void mainOf(X0, process.argv.slice(2), (argv) => runX0(argv, { paths, terminal: terminalOf(), env: process.env }));
