import { exitWith } from "../../terminal/commandLine";
import { main } from "../cluster/main";

/** `npx x0 cluster KIND|doctor`: exit code 0 fine, 1 a check failed, 2 wrong arguments. */
exitWith(main(process.argv.slice(2)));
