import { up } from "../../../local/up";
import { paths, progress } from "./embedded";

// A process of its own, so that a test can kill it at any moment.
void up("staging", progress, paths);
