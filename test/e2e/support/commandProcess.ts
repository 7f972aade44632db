import { runX0, X0 } from "../../../cli/x0";
import { mainOf } from "../../../terminal/commandLine";
import { terminalOf } from "../../../terminal/text";
import { paths } from "./embedded";

// `x0` as a process of its own, on the tests' cluster: its real exit code and streams.
void mainOf(X0, process.argv.slice(2), (argv) => runX0(argv, { paths, terminal: terminalOf(), env: process.env }));
