import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { STACKS } from "../settings/shared/environments";
import { firstLine, NO_STACK, PulumiCli } from "../engine/pulumi";
import { localPaths } from "../process/paths";
import { CommandError, type RunResult } from "../process/run";
import { CannotRun, messageOf } from "../errors";
import { shellWord } from "../shell";

/** Outputs of a stack and their source. */
export interface FoundOutputs {
    /** JSON text: output of `pulumi stack export`, or the file that the embedded run wrote. */
    readonly text: string;
    /** Source of the text, for messages. */
    readonly source: string;
}

/** Result of the Pulumi CLI; `undefined` if it is not installed. */
export type PulumiAnswer = RunResult | undefined;

/** Environment of the search; replaced in tests. */
export interface Surroundings {
    /** Folder of the embedded run, `.local`. */
    readonly local: string;
    /** Runs the Pulumi CLI in the checkout. */
    readonly pulumi: (args: readonly string[]) => Promise<PulumiAnswer>;
}

/** This checkout and the Pulumi CLI on PATH. */
export function realSurroundings(): Surroundings {
    const { checkout, root } = localPaths();
    const cli = new PulumiCli("pulumi", process.env, checkout);
    return {
        local: root,
        async pulumi(args) {
            try {
                return await cli.call(args);
            } catch (error) {
                if (error instanceof CommandError) {
                    return { code: 1, stdout: "", stderr: error.message };
                }
                if (error instanceof CannotRun) {
                    return undefined;
                }
                throw error;
            }
        },
    };
}

/** Outputs from a file, or from stdin for `-`. */
export function readOutputs(file: string): FoundOutputs {
    try {
        return file === "-"
            ? { text: readFileSync(0, "utf8"), source: "stdin" }
            : { text: readFileSync(file, "utf8"), source: file };
    } catch (error) {
        throw new CannotRun(`--outputs ${file}: ${messageOf(error)}`, "write them with: pulumi stack export > FILE");
    }
}

/**
 * Outputs of a stack from Pulumi; if Pulumi is not installed, not logged in or has no such stack, from the embedded
 * cluster. Any other error of Pulumi is fatal: checking a cluster other than the intended one would be worse.
 * @param stack Name of the stack. Default: the selected stack.
 */
export async function findOutputs(stack: string | undefined, surroundings: Surroundings): Promise<FoundOutputs> {
    const selected = stack ?? (await selectedStack(surroundings));
    if (selected !== undefined) {
        const answer = await surroundings.pulumi(["stack", "export", "--stack", selected]);
        if (answer?.code === 0) {
            return { text: answer.stdout, source: `Pulumi stack ${selected}` };
        }
        if (answer !== undefined && !NO_STACK.test(answer.stderr)) {
            throw new CannotRun(
                `Pulumi cannot give the outputs of stack ${selected}: ${firstLine(answer.stderr)}`,
                `see: pulumi stack export --stack ${shellWord(selected)}`,
            );
        }
    }
    return embeddedOutputs(selected, surroundings);
}

/** The stack selected by `pulumi stack select`. */
async function selectedStack({ pulumi }: Surroundings): Promise<string | undefined> {
    const answer = await pulumi(["stack", "--show-name"]);
    const name = answer?.code === 0 ? answer.stdout.trim() : "";
    return name === "" ? undefined : name;
}

/** Outputs that the embedded run wrote. */
function embeddedOutputs(stack: string | undefined, { local }: Surroundings): FoundOutputs {
    for (const name of stack === undefined ? STACKS : [stack]) {
        const file = join(local, `outputs.${name}.json`);
        if (existsSync(file)) {
            return { text: readFileSync(file, "utf8"), source: `embedded cluster, stack ${name}` };
        }
    }
    throw new CannotRun(
        stack === undefined
            ? "no stack to check: Pulumi has none selected, and the embedded cluster has none"
            : `no outputs of stack ${stack}: Pulumi has no such stack, and the embedded cluster neither`,
        `run \`npm run local\`, or \`pulumi up --stack ${shellWord(stack ?? "staging")}\`, ` +
            "or give them: npm run smoke -- --outputs FILE",
    );
}
