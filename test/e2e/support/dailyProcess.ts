import { clean } from "../../../scripts/daily/clean";
import { destroy } from "../../../scripts/daily/destroy";
import { diff } from "../../../scripts/daily/diff";
import { logs } from "../../../scripts/daily/logs";
import { monitoringCommand } from "../../../scripts/daily/monitoring";
import { portForward } from "../../../scripts/daily/portForward";
import { recover } from "../../../scripts/daily/recover";
import { shell } from "../../../scripts/daily/shell";
import { status } from "../../../scripts/daily/status";
import { main } from "../../../scripts/stack/command";
import { paths } from "./embedded";

const COMMANDS = [clean, destroy, diff, logs, monitoringCommand, portForward, recover, shell, status];

// A daily command as a process of its own, on the tests' cluster: its real exit code and streams.
const [name, ...argv] = process.argv.slice(2);
const command = COMMANDS.find((each) => each.name === name);
if (command === undefined) {
    throw new Error(`no command ${name ?? ""}`);
}
void main(command, argv, paths);
