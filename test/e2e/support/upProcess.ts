import { up } from "../../../local/up";
import { paths, progress } from "./embedded";

// A separate process, so that a test can kill it at any time.
void up("staging", progress, paths);
