import { clean } from "../../../cli/commands/clean";
import { destroy } from "../../../cli/commands/destroy";
import { diff } from "../../../cli/commands/diff";
import { logs } from "../../../cli/commands/logs";
import { monitoringCommand } from "../../../cli/commands/monitoring";
import { portForward } from "../../../cli/commands/portForward";
import { recover } from "../../../cli/commands/recover";
import { shell } from "../../../cli/commands/shell";
import { status } from "../../../cli/commands/status";
import { main } from "../../../cli/command";
import { paths } from "./embedded";

const COMMANDS = [clean, destroy, diff, logs, monitoringCommand, portForward, recover, shell, status];

// A daily command as a process of its own, on the tests' cluster: its real exit code and streams.
const [NAME, ...ARGV] = process.argv.slice(2);
const command = COMMANDS.find((each) => each.name === NAME);
if (command === undefined) {
    throw new Error(`no command ${NAME ?? ""}`);
}
void main(command, ARGV, paths);
