import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LocalPaths } from "../process/paths";
import { CommandError, lastLines, run, type RunResult } from "../process/run";
import type { Step } from "../terminal/progress";
import { mendState } from "../engine/stateFile";

/** Time that one CLI call may take (ms); a first update on a slow machine stays far below. */
const CALL_TIMEOUT_MS = 15 * 60_000;

/** What the CLI says when `--expect-no-changes` finds some. */
const CHANGES_FOUND = /no changes were expected.*but changes were proposed/;

/** A stack of the embedded run: the plain Pulumi CLI over the checkout's own program. */
export class LocalStack {
    /** Log of every CLI call. */
    public readonly log: string;
    /** There while an update runs; found at the start of a run, it tells that the last one was cut. */
    private readonly marker: string;

    constructor(
        private readonly paths: LocalPaths,
        private readonly pulumi: string,
        private readonly env: NodeJS.ProcessEnv,
        private readonly stack: string,
        private readonly configFile: string,
    ) {
        this.log = join(paths.logs, `pulumi-${stack}.log`);
        this.marker = join(paths.root, `updating.${stack}`);
    }

    /** Creates the stack in the file backend when it is not there. */
    private async init(): Promise<void> {
        // The backend's own file; `pulumi stack select` would cost a start of the CLI each time.
        const state = join(this.paths.state, ".pulumi", "stacks", "x0tta6bl4", `${this.stack}.json`);
        if (!existsSync(state)) {
            await this.call(["stack", "init", this.stack], { cwd: this.paths.stacks });
        }
    }

    /**
     * Brings the stack to what the program says; everything is previewed and judged by the policies first.
     * @returns whether anything changed.
     */
    public async up(step: Step): Promise<boolean> {
        await this.init();
        if (existsSync(this.marker)) {
            step.update("recovering from an interrupted update");
            await this.recover(step);
        } else {
            step.update("previewing");
            if (await this.unchanged(step)) {
                return false;
            }
            await writeFile(this.marker, "");
        }
        await this.call(["up", "--yes", "--skip-preview", ...this.programFlags()], { step });
        await rm(this.marker, { force: true });
        return true;
    }

    /** The stack's outputs as JSON text. */
    public async outputs(): Promise<string> {
        const { stdout } = await this.call(["stack", "output", "--json", "--stack", this.stack], {
            cwd: this.paths.stacks,
        });
        return stdout;
    }

    private async unchanged(step: Step): Promise<boolean> {
        const flags = ["preview", "--expect-no-changes", ...this.programFlags()];
        const result = await this.call(flags, { step, allowExit: true });
        if (result.code === 0) {
            return true;
        }
        if (CHANGES_FOUND.test(result.stdout + result.stderr)) {
            return false;
        }
        throw this.failure("preview", result);
    }

    /**
     * Frees the lock of a killed update and takes over the objects that it made but did not record. They are this
     * stack's: nobody else uses the cluster. The plain update that follows takes the permission out of the state again.
     */
    private async recover(step: Step): Promise<void> {
        await mendState(this.paths.state, this.stack, 0);
        await this.call(["cancel", "--yes", "--stack", this.stack], { cwd: this.paths.stacks, allowExit: true });
        const refresh = ["refresh", "--yes", "--skip-preview", "--clear-pending-creates", ...this.stackFlags()];
        await this.call(refresh, { step, allowExit: true });
        const env = { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true" };
        await this.call(["up", "--yes", ...this.programFlags()], { step, env });
    }

    private stackFlags(): string[] {
        return [
            "--stack",
            this.stack,
            "--config-file",
            this.configFile,
            "--non-interactive",
            "--color",
            "never",
            "--suppress-outputs",
        ];
    }

    private programFlags(): string[] {
        const policy = join(this.paths.checkout, "policy");
        const config = join(policy, "config", `${this.stack}.json`);
        return [...this.stackFlags(), "--policy-pack", policy, "--policy-pack-config", config];
    }

    private async call(
        args: readonly string[],
        options: { cwd?: string; step?: Step; env?: NodeJS.ProcessEnv; allowExit?: true } = {},
    ): Promise<RunResult> {
        const { step } = options;
        const result = await run(this.pulumi, args, {
            cwd: options.cwd ?? this.paths.checkout,
            env: { ...this.env, ...options.env },
            logFile: this.log,
            timeoutMs: CALL_TIMEOUT_MS,
            allowExit: true,
            onLine:
                step &&
                ((line) => {
                    showResource(step, line);
                }),
        });
        if (result.code !== 0 && options.allowExit === undefined) {
            throw this.failure(args[0] ?? "", result);
        }
        return result;
    }

    private failure(command: string, result: RunResult): CommandError {
        const { code } = result;
        return new CommandError(`pulumi ${command}`, `exit code ${code}`, code, diagnostics(result), this.log);
    }
}

/** Shows a resource line of the CLI, e.g. ` +  kubernetes:apps/v1:Deployment mesh creating (3s)`, as the step's detail. */
export function showResource(step: Step, line: string): void {
    const match = /^ *[@+~>-]* +(?:[\w.-]+:)+(\w+) ([\w-]+) (\w+)/.exec(line);
    if (match !== null) {
        step.update(`${match[1] ?? ""} ${match[2] ?? ""} ${match[3] ?? ""}`);
    }
}

/** The part of the CLI's output that says what is wrong: from "Diagnostics:" or "Policies:" on; else its last lines. */
function diagnostics({ stdout, stderr }: RunResult): string {
    const from = stdout.search(/^(Diagnostics|Policies):/m);
    return (from < 0 ? `${lastLines(stdout)}\n${stderr}` : stdout.slice(from)).trim();
}
