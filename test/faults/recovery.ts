import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseState } from "../../engine/state";
import type { RunResult } from "../../process/run";
import type { LocalPaths } from "../../process/paths";
import type { Workspace } from "../../local/workspace";
import { runCommand } from "../support/daily";
import { type Cut, momentOf, runAndCut } from "./cut";

/** Result of recover after an interruption. */
export interface Recovery {
    /** Whether the update was killed at all; `false` when it had ended before. */
    readonly cut: boolean;
    /** Number of objects that it adopted into the state. */
    readonly adopted: readonly string[];
    /** What it printed. */
    readonly text: string;
}

/** A staging stack whose updates are interrupted. */
export class Victim {
    private level = 0;

    constructor(
        private readonly space: Workspace,
        private readonly paths: LocalPaths,
    ) {}

    /** Deploys the stack. */
    public async up(): Promise<void> {
        this.done(await this.pulumi(["up", "--yes", "--skip-preview", "--stack", "staging"]));
    }

    /** Removes every object. */
    public async destroy(): Promise<void> {
        this.done(await this.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "staging"]));
    }

    /** Interrupts an update and recovers. @throws AssertionError if the stack does not match the program afterwards. */
    public async cutAndRecover(cut: Cut): Promise<Recovery> {
        await this.prepare(cut);
        const verb = cut.operation === "destroy" ? "destroy" : "up";
        const args = [verb, "--yes", "--skip-preview", "--stack", "staging"];
        const killed = await runAndCut(this.space, args, cut.group, momentOf(cut));
        const { code, text } = await runCommand(["recover", "--stack", "staging", "--confirm", "staging"], this.paths);
        assert.equal(code, 0, text);
        if (!killed) {
            await this.up();
        }
        await this.assertWhole(text);
        const adopted = Array.from(text.matchAll(/^ {2}adopt +creating +(\w+ \S+)/gm), ([, object = ""]) => object);
        return { cut: killed, adopted, text };
    }

    /** Asserts that cluster, state and program agree, and that nothing is pending or locked. */
    public async assertWhole(text: string): Promise<void> {
        const preview = await this.pulumi(["preview", "--refresh", "--expect-no-changes", "--stack", "staging"]);
        assert.equal(preview.code, 0, `${text}\n${preview.stdout}\n${preview.stderr}`);
        const file = join(this.paths.state, ".pulumi", "stacks", "x0tta6bl4", "staging.json");
        const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as { checkpoint: { latest: unknown } };
        assert.deepEqual(parseState(JSON.stringify({ deployment: checkpoint.latest })).pending, []);
    }

    private async prepare({ operation }: Cut): Promise<void> {
        if (operation === "first") {
            await this.destroy();
        }
        if (operation === "change") {
            this.level++;
            const set = ["config", "set", "--stack", "staging", "--path", "mesh.env.CUT", `level-${this.level}`];
            this.done(await this.pulumi(set));
        }
    }

    private pulumi(args: readonly string[]): Promise<RunResult> {
        return this.space.cli.call([...args, "--config-file", this.space.configFile], {
            cwd: this.paths.checkout,
            logFile: join(this.paths.logs, "faults.log"),
            timeoutMs: 600_000,
        });
    }

    private done({ code, stdout, stderr }: RunResult): void {
        assert.equal(code, 0, `${stdout}\n${stderr}`);
    }
}
