import { existsSync, readFileSync } from "node:fs";
import { exportedOutputs } from "../engine/recordedOutputs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type EngineStep, readEvents } from "../engine/events";
import { policyFlags } from "../engine/preview";
import { type CallOptions, failureText, type PulumiCli, TIME_LIMIT_MS } from "../engine/pulumi";
import { repairState, stateFile } from "../engine/stateFile";
import { SUMMARY } from "../policy/rules/pack";
import type { LocalPaths } from "../process/paths";
import { CommandError, type RunResult } from "../process/run";
import { shellWord } from "../shell";
import type { Step } from "../terminal/progress";
import { showResource } from "../terminal/resource";

/** Error of the CLI when `--expect-no-changes` finds changes. */
const CHANGES_FOUND = /no changes were expected.*but changes were proposed/;

/** A stack of the embedded run: the plain Pulumi CLI over the checkout's own program. */
export class LocalStack {
    /** Log of every CLI call. */
    public readonly log: string;
    /** The file backend's own file of the stack's state. */
    public readonly stateFile: string;
    /** The engine's events of the last update or preview, one a line. */
    private readonly events: string;
    /** Exists while an update runs; at the start of a run it means that the last one was interrupted. */
    private readonly marker: string;

    constructor(
        private readonly paths: LocalPaths,
        private readonly cli: PulumiCli,
        private readonly stack: string,
        private readonly configFile: string,
    ) {
        this.log = join(paths.logs, `pulumi-${stack}.log`);
        this.stateFile = stateFile(paths.state, stack);
        this.events = join(paths.logs, `events-${stack}.jsonl`);
        this.marker = join(paths.root, `updating.${stack}`);
    }

    /**
     * Updates the stack to the program. A stack that exists is previewed first, so that a violation of a policy or an
     * object that the API server refuses changes nothing.
     * @param refresh Whether to compare the state with the cluster first, and to restore what is missing or different there.
     * @returns whether anything changed.
     * @throws CommandError that names what failed.
     */
    public async up(step: Step, refresh = false): Promise<boolean> {
        const isNew = await this.init();
        if (existsSync(this.marker)) {
            step.update("recovering from an interrupted update");
            await this.recover(step);
        } else if (refresh) {
            step.update("comparing the state with the cluster");
            await this.run(this.refreshArguments(), this.options(step));
        } else if (!isNew) {
            step.update("previewing");
            if (await this.unchanged(step)) {
                return false;
            }
        }
        await writeFile(this.marker, "");
        await this.update(step);
        await rm(this.marker, { force: true });
        return true;
    }

    /**
     * Updates the stack. What a policy stops ends at the first violation: a preview then reports all of them. There is
     * nothing to recover after that, since the CLI has recorded what it created, nor where it began no object.
     */
    private async update(step: Step): Promise<void> {
        const result = await this.call(["up", "--yes", "--skip-preview", ...this.programFlags()], this.options(step));
        if (result.code === 0) {
            return;
        }
        const failure = this.failure("up", result);
        const { policyEvents, steps } = readEvents(this.readEventLog());
        const stopped = policyEvents.some(({ level }) => level === "mandatory");
        if (stopped || !steps.some(changesObject)) {
            await rm(this.marker, { force: true });
        }
        if (stopped) {
            step.update("previewing, for all violations");
            await this.unchanged(step);
        }
        throw failure;
    }

    /** The stack's outputs, with the settings in force under `expected`, as JSON text. */
    public async outputs(): Promise<string> {
        const { stdout } = await this.run(["stack", "export", "--stack", this.stack]);
        return `${JSON.stringify(exportedOutputs(stdout) ?? {}, null, 2)}\n`;
    }

    /** Creates the stack in the file backend when it does not exist. @returns whether it did not */
    private async init(): Promise<boolean> {
        // `pulumi stack select` would cost a start of the CLI each time.
        const isNew = !existsSync(this.stateFile);
        if (isNew) {
            await this.run(["stack", "init", this.stack]);
        }
        return isNew;
    }

    private async unchanged(step: Step): Promise<boolean> {
        const result = await this.call(["preview", "--expect-no-changes", ...this.programFlags()], this.options(step));
        if (result.code === 0) {
            return true;
        }
        if (CHANGES_FOUND.test(result.stdout + result.stderr)) {
            return false;
        }
        throw this.failure("preview", result);
    }

    /**
     * Releases the lock of an interrupted update and adopts the objects that it created but did not record. They belong
     * to this stack: nothing else uses the cluster. The plain update that follows takes the permission out of the state
     * again.
     */
    private async recover(step: Step): Promise<void> {
        await repairState(this.paths.state, this.stack, 0);
        await this.call(["cancel", "--yes", "--stack", this.stack]);
        await this.call(this.refreshArguments(), this.options(step));
        const env = { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true" };
        await this.run(["up", "--yes", ...this.programFlags()], { ...this.options(step), env });
    }

    /** Compares the state with the cluster: the update that follows restores what is missing or different there. */
    private refreshArguments(): string[] {
        return ["refresh", "--yes", "--skip-preview", "--clear-pending-creates", ...this.stackFlags()];
    }

    private stackFlags(): string[] {
        return ["--stack", this.stack, "--config-file", this.configFile, "--suppress-outputs"];
    }

    private programFlags(): string[] {
        const policies = policyFlags(join(this.paths.checkout, "policy"), this.stack);
        return [...this.stackFlags(), ...policies, "--event-log", this.events];
    }

    /** Options of a command that runs the program in the checkout. */
    private options(step: Step): CallOptions {
        return {
            cwd: this.paths.checkout,
            timeoutMs: TIME_LIMIT_MS.preview,
            onLine: (line) => {
                showResource(step, line);
            },
        };
    }

    private async call(args: readonly string[], options: CallOptions = {}): Promise<RunResult> {
        await rm(this.events, { force: true });
        // The CLI hides the flag `--event-log` without the variable, as its Automation API sets it.
        const env = { ...options.env, PULUMI_DEBUG_COMMANDS: "true" };
        return this.cli.call(args, { ...options, env, logFile: this.log });
    }

    private async run(args: readonly string[], options?: CallOptions): Promise<RunResult> {
        const result = await this.call(args, options);
        if (result.code !== 0) {
            throw this.failure(args[0] ?? "", result);
        }
        return result;
    }

    private readEventLog(): string {
        return existsSync(this.events) ? readFileSync(this.events, "utf8") : "";
    }

    private failure(command: string, result: RunResult): CommandError {
        const text = summaryOf(this.readEventLog(), this.stack) ?? failureText(result);
        const { code } = result;
        return new CommandError(`pulumi ${command}`, `exit code ${code}`, code, text, this.log);
    }
}

/** Whether a step of an update changes an object; components and providers are in the state alone. */
function changesObject({ op, type, old, new: wanted }: EngineStep): boolean {
    return op !== "same" && (wanted ?? old)?.custom === true && !type.startsWith("pulumi:providers:");
}

/**
 * Report of a failed command: first its errors and the policy violations that stopped it, then how many advisory
 * findings there are beside them, with the command that lists them.
 * @param events The engine's events, one a line.
 * @returns `undefined` when the engine reported no error: the CLI failed before it.
 */
export function summaryOf(events: string, stack: string): string | undefined {
    const { errors, policyEvents } = readEvents(events);
    const faults = [
        ...errors.map((error) => `error: ${error}`),
        ...policyEvents
            .filter(({ level }) => level === "mandatory")
            .map(({ rule, message }) => `policy violation: ${rule}: ${message}`),
    ];
    if (faults.length === 0) {
        return undefined;
    }
    const advisory = policyEvents.filter(({ level }) => level === "advisory");
    // The pack counts what it does not report in full.
    const counts = advisory.filter(({ rule }) => rule === SUMMARY.id).map(({ message }) => message);
    const others = advisory.length - counts.length;
    const list = `Advisory policy findings: ${others}. To list them: npx x0 diff --stack ${shellWord(stack)}`;
    return [...faults, ...(others === 0 ? [] : [list]), ...counts].join("\n");
}
