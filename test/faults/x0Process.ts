import { runX0, X0 } from "../../cli/x0";
import { localPaths, separatePaths } from "../../process/paths";
import { mainOf } from "../../terminal/commandLine";
import { terminalOf } from "../../terminal/text";

// Runs `x0` as a separate process, which can be killed, on the small program.
const paths = { ...separatePaths(localPaths(), "faults"), checkout: process.cwd() };
void mainOf(X0, process.argv.slice(2), (argv) => runX0(argv, { paths, terminal: terminalOf(), env: process.env }));
